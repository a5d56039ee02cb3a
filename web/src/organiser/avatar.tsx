import { Picture } from "../shared/picture.tsx";

interface Props {
  readonly eventId: string;
  /** Undefined when it is not known any more which face it was. */
  readonly faceId: string | undefined;
  readonly size?: "large" | "small" | "tiny";
  /** Where the text beside it does not say whose face it is. */
  readonly alt?: string;
}

/** A face cut out of its photo; a plain shape where there is none to be had, as of a photo whose file went away. */
export function Avatar({ eventId, faceId, size = "large", alt = "" }: Props) {
  const name = alt === "" ? {} : { role: "img", "aria-label": alt };
  const none = (
    <span className={`face ${size} nobody`} {...name}>
      <span aria-hidden="true">?</span>
    </span>
  );
  if (faceId === undefined) return none;
  return (
    <Picture
      className={`face ${size}`}
      src={`/api/events/${eventId}/faces/${faceId}/crop`}
      alt={alt}
      loading="lazy"
      gone={() => none}
    />
  );
}
