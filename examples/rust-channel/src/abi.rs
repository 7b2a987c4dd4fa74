//! What of <agente/abi.h>, <agente/host.h> and <agente/channel.h> this channel uses, written down by hand.
//! Records grow at their end only and tables never change, so this stays true for every host that loads it.
#![allow(dead_code)]

use std::os::raw::c_void;

pub type Status = i32;
pub const OK: Status = 0;
pub const INVALID: Status = 1;
pub const CONFIG: Status = 2;
pub const AUTH: Status = 3;
pub const RETRY: Status = 4;
pub const RATE: Status = 5;
pub const UNSUPPORTED: Status = 10;
pub const INTERNAL: Status = 12;

pub const ABI_MAJOR: u32 = 0;
pub const ABI_MINOR: u32 = 1;
pub const KIND_CHANNEL: u32 = 1;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    pub ptr: *const u8,
    pub len: usize,
}

pub type Bytes = Str; // agente_str and agente_bytes have one layout

#[repr(C)]
pub struct Error {
    pub struct_size: u32,
    pub code: Status,
    pub retry_after_ms: u32,
    pub text_len: u32,
    pub text: [u8; 240],
}

#[repr(C)]
pub struct Call {
    pub struct_size: u32,
    pub flags: u32,
    pub id: u64,
    pub deadline_ms: i64,
    pub trace: Str,
}

#[repr(C)]
pub struct Sink {
    pub ctx: *mut c_void,
    pub write: unsafe extern "C" fn(*mut c_void, Bytes) -> Status,
}

#[repr(C)]
pub struct Check {
    pub struct_size: u32,
    pub ok: u32,
    pub stage: Str,
    pub cause: Str,
    pub remedy: Str,
}

#[repr(C)]
pub struct CheckSink {
    pub ctx: *mut c_void,
    pub write: unsafe extern "C" fn(*mut c_void, *const Check) -> Status,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub reserved: u32,
    pub query: unsafe extern "C" fn(*const Host, Str) -> *const c_void,
}

#[repr(C)]
pub struct Field {
    pub key: Str,
    pub value: Str,
}

/// agente_config_v1 and agente_secrets_v1 look up a text by a JSON pointer in the same way.
pub type GetText = unsafe extern "C" fn(*const Host, Str, *const Sink, *mut Error) -> Status;

#[repr(C)]
pub struct ConfigV1 {
    pub instance: *const c_void,
    pub get: GetText,
}

#[repr(C)]
pub struct SecretsV1 {
    pub get: GetText,
}

#[repr(C)]
pub struct HttpRequest {
    pub struct_size: u32,
    pub timeout_ms: u32,
    pub method: Str,
    pub url: Str,
    pub headers: *const Field,
    pub header_count: usize,
    pub body: Bytes,
    pub max_response_bytes: u32,
    pub max_redirects: u32,
}

#[repr(C)]
pub struct HttpResponseSink {
    pub ctx: *mut c_void,
    pub status: unsafe extern "C" fn(*mut c_void, i32) -> Status,
    pub header: unsafe extern "C" fn(*mut c_void, Str, Str) -> Status,
    pub body: unsafe extern "C" fn(*mut c_void, Bytes) -> Status,
}

#[repr(C)]
pub struct HttpV1 {
    pub request:
        unsafe extern "C" fn(*const Host, *const Call, *const HttpRequest, *const HttpResponseSink, *mut Error) -> Status,
}

#[repr(C)]
pub struct Inbound {
    pub struct_size: u32,
    pub flags: u32,
    pub account: Str,
    pub external_id: Str,
    pub sender: Str,
    pub sender_name: Str,
    pub kind: Str,
    pub text: Str,
    pub reply_to: Str,
    pub raw: Bytes,
    pub provider_time_ms: i64,
}

#[repr(C)]
pub struct InboxV1 {
    pub accept: unsafe extern "C" fn(*const Host, *const Call, *const Inbound, *mut Error) -> Status,
    pub receipt: *const c_void,
}

#[repr(C)]
pub struct Outbound {
    pub struct_size: u32,
    pub attempt: u32,
    pub key: Str,
    pub account: Str,
    pub recipient: Str,
    pub kind: Str,
    pub text: Str,
    pub language: Str,
    pub reply_to: Str,
}

#[repr(C)]
pub struct Header {
    pub name: Str,
    pub value: Str,
}

#[repr(C)]
pub struct HttpIn {
    pub struct_size: u32,
    pub flags: u32,
    pub method: Str,
    pub path: Str,
    pub query: Str,
    pub headers: *const Header,
    pub header_count: usize,
    pub body: Bytes,
    pub remote: Str,
    pub visitor: Str,
}

#[repr(C)]
pub struct HttpOut {
    pub ctx: *mut c_void,
    pub status: unsafe extern "C" fn(*mut c_void, i32) -> Status,
    pub header: unsafe extern "C" fn(*mut c_void, Str, Str) -> Status,
    pub body: unsafe extern "C" fn(*mut c_void, Bytes) -> Status,
}

/// None: not offered.
#[repr(C)]
pub struct ChannelV1 {
    pub send: Option<unsafe extern "C" fn(*mut c_void, *const Call, *const Outbound, *const Sink, *mut Error) -> Status>,
    pub on_http: Option<unsafe extern "C" fn(*mut c_void, *const Call, *const HttpIn, *const HttpOut, *mut Error) -> Status>,
    pub poll: Option<unsafe extern "C" fn(*mut c_void, *const Call, *mut u32, *mut Error) -> Status>,
    pub lookup: Option<unsafe extern "C" fn(*mut c_void, *const Call, Str, *const Sink, *mut Error) -> Status>,
    pub self_test: Option<unsafe extern "C" fn(*mut c_void, *const Call, *const CheckSink, *mut Error) -> Status>,
}

#[repr(C)]
pub struct Plugin {
    pub struct_size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub kind: u32,
    pub id: Str,
    pub version: Str,
    pub config_schema: Str,
    pub flags: u64,
    pub create: unsafe extern "C" fn(*const Host, Str, *mut *mut c_void, *mut Error) -> Status,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub query: unsafe extern "C" fn(*mut c_void, Str) -> *const c_void,
}

/// agente_note.
#[repr(C)]
pub struct About {
    pub struct_size: u32,
    pub kind: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub flags: u64,
    pub schema_fnv1a: u64,
    pub id: [u8; 64],
    pub version: [u8; 32],
}

/// The ELF note as it lies in the file.
#[repr(C, packed(4))]
pub struct Note {
    pub name_size: u32,
    pub descriptor_size: u32,
    pub kind: u32,
    pub name: [u8; 8],
    pub about: About,
}

// Pointers in these two point to what never changes.
unsafe impl Sync for Plugin {}
unsafe impl Sync for ChannelV1 {}

pub const fn fnv1a(text: &[u8]) -> u64 {
    let mut hash: u64 = 14695981039346656037;
    let mut i = 0;
    while i < text.len() {
        hash = (hash ^ text[i] as u64).wrapping_mul(1099511628211);
        i += 1;
    }
    hash
}

/// `text`, padded with zeros.
pub const fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < text.len() {
        out[i] = text.as_bytes()[i];
        i += 1;
    }
    out
}
