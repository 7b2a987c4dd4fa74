//! A channel in Rust with nothing but rustc: no crates, no generated bindings. A guest's message is a POST to
//! /webhook/<channel> with the headers authorization, x-message-id and x-sender; the hotel's reply is a POST of its text
//! to `outbox_url`, with x-recipient and x-key.
//!
//! Rust's standard library keeps thread-local values with destructors, so the host loads this plugin as `pinned`: it can
//! be upgraded while the host runs, but the old version stays in the process. `agentctl plugin inspect` says so.
#![crate_type = "cdylib"]

mod abi;

use abi::*;
use std::os::raw::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null_mut;

const ID: &str = "rust-channel";
const VERSION: &str = "1.0.0";
const SCHEMA: &str = include_str!("../schema.json");

#[used]
#[link_section = ".agente.schema"]
static SCHEMA_IN_FILE: [u8; SCHEMA.len()] = padded(SCHEMA);

#[used]
#[link_section = ".note.agente.plugin"]
static NOTE_IN_FILE: Note = Note {
    name_size: 7,
    descriptor_size: std::mem::size_of::<About>() as u32,
    kind: 1,
    name: *b"agente\0\0",
    about: About {
        struct_size: std::mem::size_of::<About>() as u32,
        kind: KIND_CHANNEL,
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        flags: 0,
        schema_fnv1a: fnv1a(SCHEMA.as_bytes()),
        id: padded(ID),
        version: padded(VERSION),
    },
};

// ---- between Rust and the C ABI ----

const fn view(text: &'static str) -> Str {
    Str { ptr: text.as_ptr(), len: text.len() }
}

fn borrow(bytes: &[u8]) -> Str {
    Str { ptr: bytes.as_ptr(), len: bytes.len() }
}

/// Ours to read until the call returns.
unsafe fn read<'a>(bytes: Str) -> &'a [u8] {
    if bytes.len == 0 { &[] } else { std::slice::from_raw_parts(bytes.ptr, bytes.len) }
}

/// Why a call failed: the code for the host, the text for people. An empty text leaves what the host wrote.
struct Failure(Status, String);
type Outcome = Result<(), Failure>;

fn failure<T>(code: Status, text: impl Into<String>) -> Result<T, Failure> {
    Err(Failure(code, text.into()))
}

fn checked(status: Status) -> Outcome {
    if status == OK { Ok(()) } else { failure(status, "") }
}

/// Runs `body`; neither a failure nor a panic crosses the boundary as anything but a code and a text.
unsafe fn guarded(err: *mut Error, body: impl FnOnce() -> Outcome) -> Status {
    let Failure(code, text) = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return OK,
        Ok(Err(failure)) => failure,
        Err(_) => Failure(INTERNAL, "rust-channel panicked; report it with the log".to_string()),
    };
    if !err.is_null() && (*err).struct_size as usize >= std::mem::size_of::<Error>() && !text.is_empty() {
        let len = text.len().min((*err).text.len());
        (*err).code = code;
        (*err).text_len = len as u32;
        (&mut (*err).text)[..len].copy_from_slice(&text.as_bytes()[..len]);
    }
    code
}

unsafe extern "C" fn append(ctx: *mut c_void, piece: Bytes) -> Status {
    (*(ctx as *mut Vec<u8>)).extend_from_slice(read(piece));
    OK
}

// ---- the channel ----

/// One instance: the services it uses, found once, and the only setting that is no secret.
struct Desk {
    host: *const Host,
    secrets: *const SecretsV1,
    http: *const HttpV1,
    inbox: *const InboxV1,
    outbox_url: Vec<u8>,
}

#[derive(Default)]
struct Answer {
    status: i32,
    body: Vec<u8>,
}

unsafe extern "C" fn answer_status(ctx: *mut c_void, status: i32) -> Status {
    (*(ctx as *mut Answer)).status = status;
    OK
}

unsafe extern "C" fn answer_header(_: *mut c_void, _: Str, _: Str) -> Status {
    OK
}

unsafe extern "C" fn answer_body(ctx: *mut c_void, piece: Bytes) -> Status {
    (*(ctx as *mut Answer)).body.extend_from_slice(read(piece));
    OK
}

unsafe fn text_at(get: GetText, host: *const Host, pointer: &'static str, into: &mut Vec<u8>, err: *mut Error) -> Outcome {
    let sink = Sink { ctx: into as *mut Vec<u8> as *mut c_void, write: append };
    checked(get(host, view(pointer), &sink, err))
}

/// The time it takes does not tell where they differ.
fn same_secret(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

impl Desk {
    unsafe fn new(host: *const Host, err: *mut Error) -> Result<Desk, Failure> {
        let service = |id| ((*host).query)(host, view(id));
        let config = service("agente.config/1") as *const ConfigV1;
        let mut desk = Desk {
            host,
            secrets: service("agente.secrets/1") as *const SecretsV1,
            http: service("agente.http/1") as *const HttpV1,
            inbox: service("agente.inbox/1") as *const InboxV1,
            outbox_url: Vec::new(),
        };
        if config.is_null() || desk.secrets.is_null() || desk.http.is_null() || desk.inbox.is_null() {
            return failure(UNSUPPORTED, "this host lacks a service; install a newer one");
        }
        let mut json = Vec::new();
        text_at((*config).get, host, "/outbox_url", &mut json, err)?;
        if json.len() < 2 {
            return failure(CONFIG, "outbox_url must be a URL");
        }
        desk.outbox_url.extend_from_slice(&json[1..json.len() - 1]); // as JSON it stands between quotes
        Ok(desk)
    }

    /// Asked for anew each time: the token may be rotated while we run.
    unsafe fn bearer(&self, err: *mut Error) -> Result<Vec<u8>, Failure> {
        let mut bearer = b"Bearer ".to_vec();
        text_at((*self.secrets).get, self.host, "/token", &mut bearer, err)?;
        Ok(bearer)
    }

    unsafe fn send(&self, call: *const Call, message: &Outbound, id: &Sink, err: *mut Error) -> Outcome {
        let bearer = self.bearer(err)?;
        let headers = [
            Field { key: view("authorization"), value: borrow(&bearer) },
            Field { key: view("x-recipient"), value: message.recipient },
            Field { key: view("x-key"), value: message.key },
        ];
        let request = HttpRequest {
            struct_size: std::mem::size_of::<HttpRequest>() as u32,
            timeout_ms: 0,
            method: view("POST"),
            url: borrow(&self.outbox_url),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: message.text,
            max_response_bytes: 4096,
            max_redirects: 0,
        };
        let mut answer = Answer::default();
        let ctx = &mut answer as *mut Answer as *mut c_void;
        let out = HttpResponseSink { ctx, status: answer_status, header: answer_header, body: answer_body };
        // What the host answers here is what it wants to hear: did not happen, or nobody knows.
        checked(((*self.http).request)(self.host, call, &request, &out, err))?;
        match answer.status {
            200..=299 => checked((id.write)(id.ctx, borrow(&answer.body))),
            401 => failure(AUTH, "the outbox refused our token; check token"),
            429 => failure(RATE, "the outbox asks to slow down"),
            status if status >= 500 => failure(RETRY, format!("the outbox answers {}", status)),
            status => failure(INVALID, format!("the outbox answers {}", status)),
        }
    }

    /// The status to answer with. Staged, not stored: the host commits before our 200 goes out.
    unsafe fn take_in(&self, call: *const Call, request: &HttpIn, err: *mut Error) -> Result<i32, Failure> {
        let headers: &[Header] =
            if request.header_count == 0 { &[] } else { std::slice::from_raw_parts(request.headers, request.header_count) };
        let header = |name: &str| {
            let found = headers.iter().find(|h| read(h.name).eq_ignore_ascii_case(name.as_bytes()));
            found.map_or(view(""), |h| h.value)
        };
        if !same_secret(read(header("authorization")), &self.bearer(err)?) {
            return Ok(401);
        }
        if read(request.method) != b"POST" {
            return Ok(405);
        }
        let (external_id, sender) = (header("x-message-id"), header("x-sender"));
        if external_id.len == 0 || sender.len == 0 {
            return Ok(400);
        }
        let message = Inbound {
            struct_size: std::mem::size_of::<Inbound>() as u32,
            flags: 0,
            account: view(""),
            external_id,
            sender,
            sender_name: view(""),
            kind: view("text"),
            text: request.body,
            reply_to: view(""),
            raw: view(""),
            provider_time_ms: 0,
        };
        checked(((*self.inbox).accept)(self.host, call, &message, err))?;
        Ok(200)
    }
}

// ---- the C side ----

unsafe extern "C" fn send(me: *mut c_void, call: *const Call, message: *const Outbound, id: *const Sink, err: *mut Error) -> Status {
    guarded(err, || (*(me as *const Desk)).send(call, &*message, &*id, err))
}

unsafe extern "C" fn on_http(me: *mut c_void, call: *const Call, request: *const HttpIn, out: *const HttpOut, err: *mut Error) -> Status {
    guarded(err, || {
        let status = (*(me as *const Desk)).take_in(call, &*request, err)?;
        checked(((*out).status)((*out).ctx, status))
    })
}

unsafe extern "C" fn self_test(me: *mut c_void, _: *const Call, out: *const CheckSink, err: *mut Error) -> Status {
    guarded(err, || {
        let ok = (*(me as *const Desk)).bearer(null_mut()).is_ok();
        let check = Check {
            struct_size: std::mem::size_of::<Check>() as u32,
            ok: ok as u32,
            stage: view("token"),
            cause: view(if ok { "" } else { "the token cannot be read" }),
            remedy: view(if ok { "" } else { "set token" }),
        };
        checked(((*out).write)((*out).ctx, &check))
    })
}

unsafe extern "C" fn create(host: *const Host, _: Str, out: *mut *mut c_void, err: *mut Error) -> Status {
    guarded(err, || {
        *out = Box::into_raw(Box::new(Desk::new(host, err)?)) as *mut c_void;
        Ok(())
    })
}

unsafe extern "C" fn destroy(me: *mut c_void) {
    guarded(null_mut(), || {
        drop(Box::from_raw(me as *mut Desk));
        Ok(())
    });
}

static CHANNEL: ChannelV1 =
    ChannelV1 { send: Some(send), on_http: Some(on_http), poll: None, lookup: None, self_test: Some(self_test) };

unsafe extern "C" fn query(_: *mut c_void, id: Str) -> *const c_void {
    if read(id) == b"agente.channel/1" { &CHANNEL as *const ChannelV1 as *const c_void } else { std::ptr::null() }
}

static PLUGIN: Plugin = Plugin {
    struct_size: std::mem::size_of::<Plugin>() as u32,
    abi_major: ABI_MAJOR,
    abi_minor: ABI_MINOR,
    kind: KIND_CHANNEL,
    id: view(ID),
    version: view(VERSION),
    config_schema: Str { ptr: SCHEMA_IN_FILE.as_ptr(), len: SCHEMA.len() }, // keeps the section from being dropped
    flags: 0,
    create,
    destroy,
    query,
};

#[no_mangle]
pub extern "C" fn agente_plugin_entry(host_abi_major: u32) -> *const Plugin {
    if host_abi_major == ABI_MAJOR { &PLUGIN } else { std::ptr::null() }
}
