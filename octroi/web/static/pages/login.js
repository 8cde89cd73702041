// Signs in with the header that proves the form is ours; without script the plain form still works.

const form = document.getElementById("login");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch("/login", { method: "POST", headers: { "X-Octroi-Csrf": "1" }, body });
    if (response.ok) return location.assign(form.elements.next.value);
    complain(response.status === 401 ? form.dataset.refused : form.dataset.failed);
  } catch {
    complain(form.dataset.failed);
  } finally {
    button.disabled = false;
  }
});

function complain(text) {
  problem.textContent = text;
  problem.hidden = false;
  form.elements.key.select();
}
