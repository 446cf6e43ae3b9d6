// A form is sent once: its button says so until the next page comes.
{
  const back = [];
  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || event.target.method === "get") return;
    if (button.getAttribute("aria-busy")) return event.preventDefault();
    const words = button.querySelector("span") || button;
    const before = words.textContent;
    button.style.minWidth = button.offsetWidth + "px";
    // After the form's data are taken, or the button's own value would be lost.
    setTimeout(() => {
      button.setAttribute("aria-busy", "true");
      words.textContent = document.body.dataset.sending;
    });
    back.push(() => {
      button.removeAttribute("aria-busy");
      words.textContent = before;
    });
  });
  // The page may be shown again from the browser's memory.
  addEventListener("pageshow", () => back.splice(0).forEach((undo) => undo()));
}
