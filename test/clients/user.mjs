// The human in front of a client.

/** Opens a page, as a browser does that shows what comes. */
export async function browse(url) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  }
  await response.text();
}

/** A user who is asked to open pages; `pages` fills with what was asked. */
export function userWho(action) {
  const pages = [];
  const asked = async request => {
    pages.push(request);
    if (action === 'accept') {
      await browse(request.url);
    }
    return { action };
  };
  return { pages, asked };
}
