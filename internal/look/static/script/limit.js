// How many characters are left of a limited text.
for (const text of document.querySelectorAll("[data-limit]")) {
  const said = document.getElementById(text.dataset.limit);
  const count = () => {
    const left = text.maxLength - text.value.length;
    said.textContent = left + " " + said.dataset.left;
    // Said aloud only near the end: nobody wants to hear each letter counted.
    said.setAttribute("aria-live", left <= 20 ? "polite" : "off");
  };
  text.addEventListener("input", count);
  if (text.value) count();
}
