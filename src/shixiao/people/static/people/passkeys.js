// Passkeys need the browser's own dialogue; everything else here works without JavaScript.
(() => {
  "use strict";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withIds = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function created(asked) {
    const publicKey = {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: withIds(asked.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return {
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
      },
      made,
    };
  }

  async function signed(asked) {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: withIds(asked.allowCredentials) };
    const made = await navigator.credentials.get({ publicKey });
    return {
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        authenticatorData: text(made.response.authenticatorData),
        signature: text(made.response.signature),
        userHandle: made.response.userHandle ? text(made.response.userHandle) : null,
      },
      made,
    };
  }

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const saying = form.querySelector("[data-passkey-says]");
    if (!window.PublicKeyCredential || !navigator.credentials) return;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      const field = form.querySelector("input[name=answer]");
      if (field.value) return;
      event.preventDefault();
      saying.hidden = true;
      try {
        const asked = JSON.parse(form.dataset.options).publicKey;
        const { response, made } = await (form.dataset.passkey === "create" ? created(asked) : signed(asked));
        field.value = JSON.stringify({
          id: made.id,
          rawId: text(made.rawId),
          type: made.type,
          clientExtensionResults: {},
          response,
        });
        form.submit();
      } catch (refused) {
        saying.hidden = false;
      }
    });
  });
})();
