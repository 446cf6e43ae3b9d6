// A button that copies the field beside it.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue; // without https there is none
  const field = document.getElementById(button.dataset.copies);
  const words = button.querySelector("span");
  const before = words.textContent;
  words.setAttribute("aria-live", "polite");
  button.hidden = false;
  let timer;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return field.select(); // the person copies it with the keyboard
    }
    words.textContent = button.dataset.done;
    clearTimeout(timer);
    timer = setTimeout(() => (words.textContent = before), 4000);
  });
}
