// The sign-up page with a script: a press sends the form once, not sooner than a person could have filled it, and with
// the puzzle solved where the page poses one. Without this script the form works too.
const form = document.querySelector("form[data-least-age-ms]");
const status = form.querySelector("[role=status]");
const shownAt = performance.now();
let isSending = false;

const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

// What cannot be solved, as without TLS, is sent as it is by browsers without scripts, and counted with those.
const solvePuzzle = async () => {
  try {
    const { solve } = await import("../solve.js");
    return await solve(JSON.parse(form.dataset.challenge));
  } catch {
    return "no-script";
  }
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isSending) return;
  isSending = true;
  status.textContent = form.dataset.wait;
  if (form.dataset.challenge) form.elements.solution.value = await solvePuzzle();
  await pause(Math.max(0, form.dataset.leastAgeMs - (performance.now() - shownAt)));
  form.submit();
});

// A page that comes back from the browser's history can be sent again.
addEventListener("pageshow", () => {
  isSending = false;
  status.textContent = "";
});

document.getElementById("problem")?.focus();
