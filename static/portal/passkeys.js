/* Passkeys: a browser gives them to a script alone.
   <form data-passkey="create" or "get" data-options="JSON" or data-options-url="/…/"
         data-failed="words" hidden> with a field "credential" and a button.
   Where passkeys work the form appears, and what has data-passkey-missing goes. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !window.isSecureContext) return;

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

  // JSON has no bytes: what the server wrote as text is bytes for the browser, and back.
  const read = (json) => ({
    ...json,
    challenge: bytes(json.challenge),
    ...(json.user && { user: { ...json.user, id: bytes(json.user.id) } }),
    ...(json.excludeCredentials && { excludeCredentials: named(json.excludeCredentials) }),
    ...(json.allowCredentials && { allowCredentials: named(json.allowCredentials) }),
  });
  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  };

  const asked = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options.publicKey;
  };

  const show = async (form) => {
    const said = form.querySelector("[role=alert]");
    said.hidden = true;
    try {
      const publicKey = read(await asked(form));
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = JSON.stringify(written(credential));
      form.submit();
    } catch (fault) {
      // Also when somebody closes the window of the browser: nothing has happened then.
      said.textContent = fault.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      said.hidden = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (e) => { e.preventDefault(); show(form); });
  }
  for (const words of document.querySelectorAll("[data-passkey-missing]")) words.hidden = true;
})();
