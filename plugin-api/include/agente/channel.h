/* Channels: where guests write. Interface "agente.channel/1".
 *
 * A channel turns what its provider sends into inbound messages and carries outbound ones. It knows nothing of hotels,
 * bookings or languages, and it never decides when something is durable: it stages, the host commits. */
#ifndef AGENTE_CHANNEL_H
#define AGENTE_CHANNEL_H

#include <agente/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AGENTE_CHANNEL_V1 "agente.channel/1"

/* flags of an inbound message. GROUP, from 0.3: others read along; it is kept and never answered. */
enum { AGENTE_INBOUND_GROUP = 1 };

/* A guest's message, for agente.inbox/1 accept. Never answered: kinds history, and echo, which staff wrote to him.
 * Kind lost_file: he sent a file that the provider could not take; he is asked to send it again. */
typedef struct agente_inbound {
  uint32_t struct_size;
  uint32_t flags;           /* AGENTE_INBOUND_* */
  agente_str account;       /* the provider's name of the hotel's account; empty: the channel's only one */
  agente_str external_id;   /* the provider's message id; with account and provider_time_ms it absorbs duplicates */
  agente_str sender;        /* whom to answer; the same for every message of this guest */
  agente_str sender_name;   /* as the guest calls himself; may be empty */
  agente_str kind;          /* text, image, audio, video, document, location, button, reaction, unsupported, ... */
  agente_str text;          /* what the guest wrote, chose or captioned; may be empty */
  agente_str reply_to;      /* external id of the message it answers; may be empty */
  agente_bytes raw;         /* as the provider sent it, for later repair; may be empty */
  int64_t provider_time_ms; /* when the provider says it was written; 0 unknown */
  agente_str choice;        /* from 0.3: id of the choice he tapped, as the host gave it in details; empty: none */
} agente_inbound;

/* What a receipt says. CLOSED, from 0.3: it did not arrive, because the guest has to write first; as CONFLICT from
 * send, and with code and reason as FAILED. AGAIN, from 0.3: it did not arrive and may be sent once more; as RETRY from
 * send, and with code and reason as FAILED. The host does so a few times, and then it has FAILED. */
enum {
  AGENTE_RECEIPT_SENT = 1,
  AGENTE_RECEIPT_DELIVERED = 2,
  AGENTE_RECEIPT_READ = 3,
  AGENTE_RECEIPT_FAILED = 4,
  AGENTE_RECEIPT_CLOSED = 5,
  AGENTE_RECEIPT_AGAIN = 6
};

/* What became of an outbound message, for agente.inbox/1 receipt. Found by key, else by external_id. */
typedef struct agente_receipt {
  uint32_t struct_size;
  int32_t state; /* AGENTE_RECEIPT_* */
  agente_str account;
  agente_str key;         /* ours, if the provider gives it back; may be empty */
  agente_str external_id; /* the provider's id */
  agente_str code;        /* FAILED, CLOSED, AGAIN: the provider's code, e.g. "131026" */
  agente_str reason;      /* likewise, for people */
  int64_t provider_time_ms;
} agente_receipt;

/* A message to a guest.
 *
 * Whatever its kind, `text` says all of it in words. A channel that does not know a kind, lacks its details or cannot
 * show them sends the text, and a guest who types his answer is understood as one who tapped it.
 *
 * `details` is a JSON object with these members; a reader ignores others and takes what is missing for absent:
 *
 *   kind      details
 *   text      none: empty
 *   choices   {"label", "choices": [{"id", "title", "description"}]}: up to 3 are buttons, more are a list that `label`
 *             opens. What the guest taps comes back as an inbound message with the choice's title as its text, kind
 *             button or interactive, and reply_to naming this message.
 *   location  {"latitude", "longitude", "name", "address"}
 *   image     {"link"}: https; or {"media"}: as upload of agente.channel.media/1 named it; `text` is its caption
 *   document  {"link", "filename"} or {"media", "filename"}: likewise
 *   template  {"name", "language", "parameters": ["..."]}: the provider's, of that name, with texts for its gaps;
 *             {"guest": "..."} in place of the list where its gaps have names. Around its body, where it has more to
 *             fill: "header", {"text"}, or {"media"} or {"link"} with "type" and "filename", or what location has;
 *             and "buttons", [{"index", "text"}], the endings of their links, by their places from 0.
 *             {"name": "answer_waiting"} alone is the channel's own way to ask a guest to write, by its config;
 *             NOT_FOUND when it has none.
 *   reaction  {"emoji"}: to the message `reply_to`; an empty one takes it back
 *
 * The host of its own accord sends text, choices and the template answer_waiting. Members up to reply_to are of 0.1;
 * struct_size tells whether the others are there. */
typedef struct agente_outbound {
  uint32_t struct_size;
  uint32_t attempt;     /* 1 for the first */
  agente_str key;       /* ours, unique for ever, ordered in time; the same at every attempt */
  agente_str account;   /* of the hotel, as in the YAML */
  agente_str recipient; /* the sender of the inbound messages */
  agente_str kind;      /* text, choices, location, image, document, template, reaction */
  agente_str text;
  agente_str language;    /* es, en, pt */
  agente_str reply_to;    /* external id of the guest's message; may be empty */
  agente_str details;     /* a JSON object, as above; may be empty. From 0.2 */
  int64_t guest_wrote_ms; /* when the guest last wrote to this account, as its provider says; 0 unknown. From 0.2 */
} agente_outbound;

/* One header line of an HTTP message. */
typedef struct agente_header {
  agente_str name; /* as received; compare without case */
  agente_str value;
} agente_header;

/* Flags of a request. TRUSTED: it came from the operator, by the host's access rules. */
enum { AGENTE_HTTP_TRUSTED = 1 };

/* A request to /webhook/<channel>[/...] or, for webchat, /chat[/...]. */
typedef struct agente_http_in {
  uint32_t struct_size;
  uint32_t flags; /* AGENTE_HTTP_* */
  agente_str method;
  agente_str path;  /* what follows the mount point: "" or "/messages" */
  agente_str query; /* raw, without "?" */
  const agente_header* headers;
  size_t header_count;
  agente_bytes body;  /* as received, never re-encoded; at most 3 MiB */
  agente_str remote;  /* address of the peer */
  agente_str visitor; /* the identity the host issued to this browser; only under /chat */
} agente_http_in;

/* The answer: status once, header any number of times, body in pieces. A status outside 200 to 599, a header of more
 * than one line or a body beyond 16 MiB is INVALID, and the whole answer with it. */
typedef struct agente_http_out {
  void* ctx;
  agente_status (*status)(void* ctx, int32_t status);
  agente_status (*header)(void* ctx, agente_str name, agente_str value);
  agente_status (*body)(void* ctx, agente_bytes piece);
} agente_http_out;

/* Frozen. An entry may be NULL where it says optional: not offered. */
typedef struct agente_channel_v1 {
  /* Carries one message; writes the provider's id of it to `external_id`. At most one per recipient is under way.
   * RETRY, RATE, TIMEOUT: did not happen, comes again later. UNKNOWN_OUTCOME: may have; the host waits for a receipt,
   * asks lookup, and only then sends again. AUTH: parks the account. CONFLICT: the provider takes this not
   * before the guest writes; the host holds it until then, and asks him by the template "answer_waiting". A template
   * is held until a person sends it again (before 0.2: a dead letter). Else: a dead letter with err's text. [any] */
  agente_status (*send)(void* self, const agente_call* call, const agente_outbound* message,
                        const agente_sink* external_id, agente_error* err);

  /* Answers a request of the provider. Messages staged with agente.inbox/1 are committed after this returns AGENTE_OK
   * with a 2xx status, and only then is the answer sent. Any other return: 500 (RETRY: 503) and nothing is kept.
   * Optional. [any] */
  agente_status (*on_http)(void* self, const agente_call* call, const agente_http_in* request,
                           const agente_http_out* out, agente_error* err);

  /* Fetches from a provider that does not push. Staged messages and staged kv writes commit together after it returns
   * AGENTE_OK. Sets *next_ms: when to be asked again. Where several hosts share a store, one of them polls at a time:
   * what the next poll must know belongs into kv. Optional. [serial] */
  agente_status (*poll)(void* self, const agente_call* call, uint32_t* next_ms, agente_error* err);

  /* Was the message with this key sent? Writes the provider's id: yes. NOT_FOUND: no, for certain.
   * UNKNOWN_OUTCOME: cannot tell. Optional. [any] */
  agente_status (*lookup)(void* self, const agente_call* call, agente_str key, const agente_sink* external_id,
                          agente_error* err);

  /* Tells the operator, stage by stage, whether the channel works. Sends nothing to a guest. [any] */
  agente_status (*self_test)(void* self, const agente_call* call, const agente_check_sink* out, agente_error* err);
} agente_channel_v1;

/* ---- agente.channel.presence/1: what a channel may offer beside agente.channel/1. From 0.3 ---- */
#define AGENTE_CHANNEL_PRESENCE_V1 "agente.channel.presence/1"

/* Flags of a message that was seen. ANSWERING: an answer follows within seconds, so "is typing" may be shown. */
enum { AGENTE_SEEN_ANSWERING = 1 };

/* Frozen. For providers that show a guest that he was read. A channel without it is never asked. */
typedef struct agente_channel_presence_v1 {
  /* The guest's message with this external id, of this account, was read. A courtesy: told once for a message that will
   * be answered, or not at all, never again after a failure, and nothing waits for it. Return soon. [any] */
  agente_status (*seen)(void* self, const agente_call* call, agente_str account, agente_str external_id, uint32_t flags,
                        agente_error* err);
} agente_channel_presence_v1;

/* ---- agente.channel.media/1: what a channel may offer beside agente.channel/1. From 0.3 ---- */
#define AGENTE_CHANNEL_MEDIA_V1 "agente.channel.media/1"

/* Which file: that of a message which accept was given, of kind image, audio, video, document or sticker. */
typedef struct agente_media_request {
  uint32_t struct_size;
  uint32_t max_bytes; /* a larger file is INVALID */
  agente_str account;
  agente_str external_id;
  agente_str kind;
  agente_bytes raw; /* as accept was given it */
} agente_media_request;

/* What the provider says of the file. */
typedef struct agente_media_about {
  uint32_t struct_size;
  uint32_t reserved;
  agente_str mime_type;  /* may be empty */
  agente_str file_name;  /* as the guest called it; may be empty. The host never uses it as a path */
  agente_str sha256;     /* 64 hex digits, if it was compared; may be empty */
  agente_str transcript; /* the words of a voice note, if somebody listened to it; may be empty */
} agente_media_about;

/* Takes what is known of the file, once, then its bytes in pieces; returns as agente_sink does. More than max_bytes is
 * refused. */
typedef struct agente_media_sink {
  void* ctx;
  agente_status (*about)(void* ctx, const agente_media_about* about);
  agente_status (*write)(void* ctx, agente_bytes piece);
} agente_media_sink;

/* A file of the hotel's for a guest. */
typedef struct agente_media_file {
  uint32_t struct_size;
  uint32_t reserved;
  agente_str account; /* of the hotel, that will send it */
  agente_str mime_type;
  agente_bytes bytes;
} agente_media_file;

/* Frozen. For providers that keep the files of messages apart from them. */
typedef struct agente_channel_media_v1 {
  /* Fetches the file of a message; may be asked for again. NOT_FOUND: the provider has it no more. INVALID: it may not
   * be kept (its type, its size). Both end it; any other failure comes again, for 7 days. [any] */
  agente_status (*fetch)(void* self, const agente_call* call, const agente_media_request* request,
                         const agente_media_sink* out, agente_error* err);

  /* May be NULL. Hands a file to the provider and writes its id there, which a message of kind image or document names
   * as `media` in its details. Nobody is sent anything yet. INVALID: the provider does not take it. [any] */
  agente_status (*upload)(void* self, const agente_call* call, const agente_media_file* file, const agente_sink* id,
                          agente_error* err);
} agente_channel_media_v1;

#ifdef __cplusplus
}
#endif
#endif
