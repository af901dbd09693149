// Offers the device's own time zone on the preferences page. The list does without.
"use strict";
{
  const list = document.getElementById("zone");
  const offer = document.getElementById("own-zone");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const own = [...list.options].find((one) => one.value === zone || one.dataset.oldName === zone);
  if (own && !own.selected) {
    offer.textContent = offer.dataset.words.replace("{city}", own.label);
    offer.addEventListener("click", () => {
      own.selected = true;
      offer.hidden = true;
      list.focus();
    });
    offer.hidden = false;
  }
}
