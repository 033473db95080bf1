/* Draws the map of a page from the list that the page already shows. No background unless the installation has one. */
(() => {
  "use strict";

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const byFinger = window.matchMedia("(pointer: coarse)").matches;

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const begin = (frame) => {
    const map = L.map(frame, {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false, // the wheel scrolls the page
      dragging: !byFinger, // one finger scrolls the page, two enlarge the map
      inertia: !still,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      zoomSnap: 0.25,
    });
    if (still) map.panBy = (offset, options) => L.Map.prototype.panBy.call(map, offset, { ...options, animate: false });
    L.control.zoom({ zoomInTitle: "Agrandir la carte", zoomOutTitle: "Réduire la carte" }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    frame.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    return map;
  };

  const background = (map, tiles) => {
    if (!tiles.url) return;
    const credit = element("span", "", tiles.attribution);
    L.control.attribution({ prefix: false }).addTo(map).addAttribution(credit.innerHTML);
    L.tileLayer(tiles.url, { maxZoom: 18, className: "portal-map__tiles" }).addTo(map);
  };

  /* Where the name of an outline stands: above its northernmost corner. */
  const top = (shape) => {
    const corners = shape.getLatLngs().flat(Infinity);
    return corners.reduce((best, corner) => (corner.lat > best.lat ? corner : best));
  };

  const sign = (place, isOutline) => {
    const label = element("span", isOutline ? "portal-map__name" : "portal-map__sign", place.sign);
    if (isOutline) label.append(` – ${place.name}`);
    return L.divIcon({ className: isOutline ? "portal-map__label" : "portal-map__point", html: label, iconSize: null });
  };

  const card = (place, row) => {
    const content = element("div", "portal-map__card");
    content.append(element("strong", "", place.name), element("p", "", place.detail));
    const link = element("a", "fr-link", "Voir dans la liste");
    link.href = `#${row.id}`;
    link.addEventListener("click", () => row.focus());
    row.tabIndex = -1;
    content.append(link);
    return content;
  };

  const openable = (marker, place, row, isOutline) => {
    const offset = [0, isOutline ? -20 : -8];
    marker.bindPopup(card(place, row), { maxWidth: 240, autoPanPadding: [16, 16], offset });
    marker.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", "Fermer");
      popup.getElement().querySelector(".fr-link").focus({ preventScroll: true });
    });
    marker.on("popupclose", ({ popup }) => {
      const { activeElement } = document; // the body when what had the focus is gone
      if (activeElement === document.body || popup.getElement()?.contains(activeElement)) {
        marker.getElement().focus({ preventScroll: true });
      }
    });
  };

  /* The sign of the row becomes the way to its mark on the map. */
  const lead = (row, place, marker, frame) => {
    const cell = row.querySelector("[data-sign]");
    const button = element("button", "portal-map__sign", place.sign);
    button.type = "button";
    button.setAttribute("aria-label", `${place.sign} : voir sur la carte ${place.name}`);
    button.addEventListener("click", () => {
      frame.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
      marker.closePopup().openPopup(); // again, so that an open one takes the focus too
    });
    cell.replaceChildren(button);
  };

  const draw = (map, frame, feature) => {
    const place = feature.properties;
    const isOutline = feature.geometry.type !== "Point";
    const shape = L.geoJSON(feature.geometry, { style: { className: "portal-map__outline" }, interactive: false });
    const corner = shape.getLayers()[0];
    const at = isOutline ? top(corner) : corner.getLatLng();
    if (isOutline) shape.addTo(map);
    const marker = L.marker(at, { icon: sign(place, isOutline), riseOnHover: true }).addTo(map);
    marker.getElement().setAttribute("aria-label", `${place.sign} – ${place.name}`);
    const row = document.getElementById(place.anchor);
    openable(marker, place, row, isOutline);
    lead(row, place, marker, frame);
    return shape.getBounds();
  };

  const holdsItsNames = (frame) => {
    const around = frame.getBoundingClientRect();
    return [...frame.querySelectorAll(".portal-map__name")].every((name) => {
      const place = name.getBoundingClientRect();
      return place.left >= around.left && place.right <= around.right && place.top >= around.top;
    });
  };

  const show = (box) => {
    const frame = box.querySelector(".portal-map__frame");
    const data = JSON.parse(box.querySelector("script").textContent);
    box.hidden = false;
    const map = begin(frame);
    map.setView([0, 0], 1, { animate: false });
    const bounds = L.latLngBounds([]);
    for (const feature of data.places.features) bounds.extend(draw(map, frame, feature));
    map.fitBounds(bounds, { padding: [36, 48], maxZoom: 16, animate: false });
    for (let tries = 0; tries < 8 && !holdsItsNames(frame); tries += 1) {
      map.setZoom(map.getZoom() - 0.25, { animate: false });
    }
    map.setMinZoom(map.getZoom() - 1);
    map.setMaxBounds(bounds.pad(1));
    background(map, data.tiles);
  };

  for (const box of document.querySelectorAll("[data-map]")) show(box);
})();
