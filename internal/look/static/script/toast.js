// A message stays until it is closed.
for (const button of document.querySelectorAll("[data-close]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest(".toast").remove();
    document.getElementById("content").focus();
  });
}
