import { type RefObject, startTransition, useEffect, useState } from "react";

/** A picture that does not come holds nothing up for longer. */
const patienceMs = 1500;

/** True once the pictures in view inside the element have come: until then the browser has nothing better to do. */
export function usePicturesFirst(ref: RefObject<HTMLElement | null>): boolean {
  const [have, setHave] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || have) return;
    const done = () => startTransition(() => setHave(true));
    const look = () => {
      const inView = [...element.querySelectorAll("img")].filter(
        (image) => image.getBoundingClientRect().top < window.innerHeight,
      );
      if (inView.length > 0 && inView.every(({ complete }) => complete)) done();
    };
    const timer = setTimeout(done, patienceMs);
    // Neither goes up from a picture to what it is in.
    element.addEventListener("load", look, true);
    element.addEventListener("error", look, true);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("load", look, true);
      element.removeEventListener("error", look, true);
    };
  }, [ref, have]);
  return have;
}
