// Ask the browser for a passkey where a form offers one. Without this file the other ways stand on the page.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function readOptions(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const one of list ?? []) one.id = bytes(one.id);
  }
  return options;
}

function write(credential) {
  const answer = credential.response;
  const told = { clientDataJSON: text(answer.clientDataJSON) };
  if (answer.attestationObject) {
    told.attestationObject = text(answer.attestationObject);
    told.transports = answer.getTransports?.() ?? [];
  } else {
    told.authenticatorData = text(answer.authenticatorData);
    told.signature = text(answer.signature);
    told.userHandle = answer.userHandle ? text(answer.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: {},
  });
}

async function answer(form) {
  const publicKey = readOptions(form);
  const asked = form.dataset.passkey === "new" ? "create" : "get";
  const credential = await navigator.credentials[asked]({ publicKey });
  form.elements.credential.value = write(credential);
  form.submit();
}

if (window.PublicKeyCredential && window.isSecureContext) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      answer(form).catch(() => {
        failed.hidden = false;
      });
    });
  }
  if (document.querySelector("form[data-passkey]")) {
    for (const one of document.querySelectorAll("[data-with-passkey]")) one.hidden = false;
    for (const one of document.querySelectorAll("[data-after-passkey]")) one.dataset.variant = "secondary";
  }
}
