// Passkeys: forms that ask the browser for one, and carry its answer.
// <form data-passkey="get|create" data-options="/where/to/ask" data-failed="…">
// with the hidden fields token and answer, hidden itself until a script runs.
if (window.PublicKeyCredential && navigator.credentials) {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  // Not every browser that has passkeys reads and writes their JSON.
  const read = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.allowCredentials, options.excludeCredentials]) list?.forEach((c) => (c.id = bytes(c.id)));
    return options;
  };
  const write = (c) => {
    const response = { clientDataJSON: text(c.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (c.response[part]) response[part] = text(c.response[part]);
    }
    if (c.response.getTransports) response.transports = c.response.getTransports();
    return { id: c.id, rawId: text(c.rawId), type: c.type, response, clientExtensionResults: c.getClientExtensionResults(), authenticatorAttachment: c.authenticatorAttachment || undefined };
  };
  const ask = async (form) => {
    const answer = await fetch(form.dataset.options, { method: "POST" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  let waiting; // the browser's own list beside the address field
  const run = async (form, more) => {
    const { options, token } = await ask(form);
    waiting?.abort();
    const kind = form.dataset.passkey;
    const credential = await navigator.credentials[kind]({ publicKey: read(options.publicKey), ...more });
    form.elements.token.value = token;
    form.elements.answer.value = JSON.stringify(write(credential));
    form.submit();
  };
  const suggest = async (form) => {
    if (!document.querySelector("[autocomplete~=webauthn]") || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const { options, token } = await ask(form);
    if (waiting) return;
    waiting = new AbortController();
    const credential = await navigator.credentials.get({ publicKey: read(options.publicKey), mediation: "conditional", signal: waiting.signal });
    form.elements.token.value = token;
    form.elements.answer.value = JSON.stringify(write(credential));
    form.submit();
  };
  for (const form of document.querySelectorAll("[data-passkey]")) {
    const said = form.querySelector("[data-passkey-said]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.textContent = "";
      try {
        await run(form);
      } catch {
        said.textContent = form.dataset.failed; // the person said no, or the device did
      }
    });
    if (form.dataset.passkey === "get") suggest(form).catch(() => {});
  }
} else document.querySelectorAll("[data-passkey-cannot]").forEach((p) => (p.hidden = false));
