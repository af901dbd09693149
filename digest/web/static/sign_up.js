// The sign-up page with a script: a press sends the form once, not sooner than a person could have filled it, and with
// the puzzle solved where the page poses one. Without this script the form works too.
const form = document.querySelector("form[data-least-age-ms]");
const status = form.querySelector("[role=status]");
const shownAt = performance.now();
let isSending = false;

const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

const solvePuzzle = async () => {
  const { solve } = await import("../solve.js");
  return solve(JSON.parse(form.dataset.challenge));
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isSending) return;
  isSending = true;
  status.textContent = form.dataset.wait;
  try {
    if (form.dataset.challenge) form.elements.solution.value = await solvePuzzle();
  } catch {
    // Without a solution the page says what to do.
  }
  await pause(Math.max(0, form.dataset.leastAgeMs - (performance.now() - shownAt)));
  form.submit();
});

// A page that comes back from the browser's history can be sent again.
addEventListener("pageshow", () => {
  isSending = false;
  status.textContent = "";
});

document.getElementById("problem")?.focus();
