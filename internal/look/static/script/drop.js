// A file can be dropped onto the place around its field, which stays there.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  const said = place.querySelector("[data-drop-said]");
  let depth = 0;
  const over = (by) => {
    depth = by ? depth + by : 0;
    place.classList.toggle("over", depth > 0);
  };
  place.addEventListener("dragenter", (event) => {
    event.preventDefault();
    over(1);
  });
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("dragleave", () => over(-1));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    over(0);
    const { files } = event.dataTransfer;
    if (!files.length || (files.length > 1 && !input.multiple)) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    said.textContent = [...input.files].map((file) => file.name).join(", ");
  });
}
