// When is a page loaded? When what it is for is on it, and not when its empty frame is.

/** Keep the page's `load` waiting until some work is done: pictures and prints are whole then. */
export async function whole(work) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  frame.contentDocument.open();
  try {
    await work;
  } finally {
    frame.contentDocument.close();
    frame.remove();
  }
}
