// Long work tells how far it is: see Progress in part.go for the JSON.
for (const part of document.querySelectorAll("[data-progress]")) {
  const find = (name) => part.querySelector(`[data-progress-${name}]`);
  const bar = part.querySelector("progress");
  const title = find("title"), text = find("text"), said = find("said");
  find("live")?.removeAttribute("hidden");
  let wait = 1000, spoken = Date.now();
  const look = async () => {
    if (document.hidden) return again();
    try {
      const answer = await fetch(part.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const now = await answer.json();
      wait = 1000;
      bar.max = now.max || 1;
      if (now.max) bar.value = now.value;
      title.textContent = now.title;
      text.textContent = now.text;
      if (Date.now() - spoken >= 10000) {
        spoken = Date.now();
        said.textContent = `${now.title}. ${now.text}`;
      }
      if (now.done) return location.reload();
    } catch {
      wait = Math.min(wait * 2, 30000); // the server has other worries
    }
    again();
  };
  const again = () => setTimeout(look, wait);
  again();
}
