import { html, type Hole, type Html } from './html.js';

/** A part of the page under a heading of its own. @param id unique in the page */
export function section(id: string, heading: string, content: Hole): Html {
  return html`<section class="${id}" aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${content}
  </section>`;
}
