import { type CodedError, codedError, type ErrorCode, errorCatalogue } from "../domain/errors.ts";

/** RFC 9457, with the code of the catalogue. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  /** Of the request, as in the log. */
  readonly instance: string;
  /** What is wrong with which part of the request. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Codes that are not here are faults of the server: 500. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  EVENT_NAME_INVALID: 422,
  PERSON_NAME_INVALID: 422,
  FACE_MISSING: 422,
  FACE_INDEX_INVALID: 422,
  IMAGE_EMPTY: 422,
  IMAGE_UNSUPPORTED: 415,
  IMAGE_CORRUPT: 422,
  IMAGE_TOO_LARGE: 413,
  IMAGE_TOO_SMALL: 422,
  IMAGE_UNREADABLE: 422,
  // The picture's fault, which the sender can do something about.
  ENGINE_CRASHED: 422,
  PASSWORD_WEAK: 422,
  PEOPLE_SAME: 422,
  UPLOAD_CHANGED: 422,
  OPTION_INVALID: 422,
  CALIBRATION_MISSING: 422,
  REQUEST_INVALID: 400,
  CURSOR_INVALID: 400,
  UPLOAD_MISSING: 400,
  NOT_SIGNED_IN: 401,
  PASSWORD_WRONG: 401,
  PIN_MISSING: 401,
  PIN_WRONG: 401,
  NOT_ALLOWED: 403,
  ORIGIN_FOREIGN: 403,
  HTTPS_NEEDED: 403,
  SETUP_CODE_WRONG: 403,
  SEARCH_OFF: 403,
  CONSENT_MISSING: 403,
  EVENT_UNKNOWN: 404,
  PERSON_UNKNOWN: 404,
  PHOTO_UNKNOWN: 404,
  FACE_UNKNOWN: 404,
  MODEL_UNKNOWN: 404,
  ACTION_UNKNOWN: 404,
  TOKEN_UNKNOWN: 404,
  LINK_UNKNOWN: 404,
  ROUTE_UNKNOWN: 404,
  FILE_MISSING: 404,
  EXPORT_UNKNOWN: 404,
  UPLOAD_UNKNOWN: 404,
  EVENT_NAME_TAKEN: 409,
  EVENT_AMBIGUOUS: 409,
  PERSON_AMBIGUOUS: 409,
  PASSWORD_UNSET: 409,
  SETUP_DONE: 409,
  PICTURE_MISSING: 404,
  CONSENT_OUTDATED: 409,
  LINK_EXPIRED: 410,
  RANGE_INVALID: 416,
  UPLOAD_TOO_LARGE: 413,
  QUOTA_EXCEEDED: 413,
  TOO_MANY_REQUESTS: 429,
  TOO_MANY_STREAMS: 429,
  DISK_FULL: 507,
  DATABASE_BUSY: 503,
  ENGINE_CLOSED: 503,
  MODEL_UNAVAILABLE: 503,
};

function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 500;
}

/** What a caller is told of an error; what was not foreseen is told as such and nothing more. */
export function problemOf(error: unknown, requestId: string): Problem {
  const errors = validationErrors(error);
  const coded = codedError(error) ?? (errors ? misfit(errors) : requestError(error));
  if (!coded) {
    return problem(
      {
        code: "SERVER_FAULT",
        message: "Something went wrong inside Rollcall. Try again; if it stays so, look into the server's log.",
      },
      requestId,
    );
  }
  // Messages of such errors may name files or settings of the server.
  const hidden = statusOf(coded.code) === 500;
  const told = hidden ? { code: coded.code, message: errorCatalogue[coded.code] } : coded;
  return { ...problem(told, requestId), ...(errors ? { errors } : {}) };
}

export function problem({ code, message }: CodedError, requestId: string): Problem {
  return {
    type: `urn:rollcall:error:${code}`,
    title: errorCatalogue[code],
    status: statusOf(code),
    detail: message,
    code,
    instance: `urn:rollcall:request:${requestId}`,
  };
}

/** Fastify's own errors about a request: too large, not JSON, not as the schema says. */
function requestError(error: unknown): CodedError | undefined {
  if (isCutShort(error)) {
    return {
      code: "REQUEST_INVALID",
      message:
        "The body of the request is no whole multipart/form-data: it was cut short, or has no boundary. Send it again.",
    };
  }
  if (!(error instanceof Error) || !("statusCode" in error) || typeof error.statusCode !== "number") return undefined;
  if (error.statusCode === 413) return { code: "UPLOAD_TOO_LARGE", message: "The request is larger than it may be." };
  if (error.statusCode === 429) return { code: "TOO_MANY_REQUESTS", message: "Too many tries. Wait a moment." };
  if (error.statusCode === 404) return { code: "ROUTE_UNKNOWN", message: errorCatalogue.ROUTE_UNKNOWN };
  if (error.statusCode < 400 || error.statusCode >= 500) return undefined;
  return { code: "REQUEST_INVALID", message: `The request does not fit the API: ${error.message}.` };
}

/** The parser of multipart/form-data gives its errors no code. */
function isCutShort(error: unknown): boolean {
  return error instanceof Error && !("statusCode" in error) && /\bmultipart\b/iu.test(error.message);
}

function misfit([first]: NonNullable<Problem["errors"]>): CodedError {
  const what = first ? `${first.path} ${first.message}` : "it is not as described at /docs";
  return { code: "REQUEST_INVALID", message: `The request does not fit the API: ${what}.` };
}

/** What is said of one part of a request that does not fit its schema. */
interface Misfit {
  readonly instancePath?: unknown;
  readonly keyword?: unknown;
  readonly message?: unknown;
  readonly params?: { readonly additionalProperties?: unknown };
}

function validationErrors(error: unknown): Problem["errors"] {
  if (!(error instanceof Error) || !("validation" in error) || !Array.isArray(error.validation)) return undefined;
  const context = "validationContext" in error ? String(error.validationContext) : "request";
  return error.validation.flatMap(({ instancePath, keyword, message, params }: Misfit) => {
    const path = `${context}${String(instancePath ?? "")}`;
    // Of what there should not be, each is told by its name, and is not told again for itself.
    if (keyword === "boolean") return [];
    const extras = params?.additionalProperties;
    if (Array.isArray(extras)) return extras.map((name) => ({ path: `${path}/${name}`, message: "is not known here" }));
    return [{ path, message: String(message ?? "is not allowed") }];
  });
}
