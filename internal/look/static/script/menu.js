// Menus close when one looks elsewhere, and with Escape.
{
  const open = () => document.querySelectorAll("details.menu[open]");
  addEventListener("click", ({ target }) => open().forEach((menu) => menu.contains(target) || (menu.open = false)));
  addEventListener("focusin", ({ target }) => open().forEach((menu) => menu.contains(target) || (menu.open = false)));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = [...open()].filter((m) => m.contains(event.target)).pop();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
