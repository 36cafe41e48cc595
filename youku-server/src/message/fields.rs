//! Strict reading of a request: JSON text to fields.
//!
//! Strict means that nothing is guessed. A key that comes twice, two spellings of one field and a
//! value of another type are errors that name the field. They leave the frame boundary intact, so the
//! connection stays open. The one exception is the size of an upload: if it cannot be read, the
//! server cannot know how many bytes follow, and closes the connection after the reply. Fields are
//! scalars and short lists of texts. Other arrays and objects are read to their end (at most 128
//! levels deep, serde_json's limit) and dropped.

use std::fmt;

use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::message::Refusal;
use crate::message::field::Field;

/// More keys than any request has, and few enough for a linear search.
const MAX_FIELDS: usize = 64;

/// The longest list of texts that can be a field.
const MAX_TEXTS: usize = 64;

/// The key that names the operation.
pub(super) const TYPE: &str = "type";

/// The operation that a client begins with.
const GREETING: &str = "hello";

/// The fields that any request may have: those that are read before the operation is known, and those
/// that a client may not choose, which are ignored.
const COMMON: [&str; 7] = [
    TYPE,
    "lang",
    "session",
    "user_id",
    "addr",
    "is_vip",
    "is_delete",
];

/// The fields of one request, in the order in which they arrived.
pub(crate) struct Fields {
    pub(super) pairs: Vec<(String, Value)>,
    /// Whether a field that the operation does not know is a mistake.
    pub(super) is_strict: bool,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    /// An array of texts and nothing else, not too long.
    Texts(Vec<String>),
    Nested,
}

impl Fields {
    /// Reads a JSON object without duplicate keys. Any other JSON is a bad request; text that is not JSON
    /// is bad JSON.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(json).map_err(|_| match serde_json::from_slice::<Value>(json) {
            Ok(_) => Refusal::not_an_object(),
            Err(_) => Refusal::bad_json(),
        })
    }

    /// A request that names its operation and nothing else.
    pub(crate) fn of_operation(operation: &str) -> Self {
        Self::from(vec![(TYPE.to_owned(), Value::Text(operation.to_owned()))])
    }

    /// Whether the request has this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The text under `key`, if there is one.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.value(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The operation that the request names, if it names one.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.text(TYPE)
    }

    /// The value of the first of `keys` that is there, if it is a whole number or a string with one.
    pub(crate) fn number(&self, keys: &[&str]) -> Option<u64> {
        let value = keys.iter().find_map(|key| self.value(key))?;
        let one = Field {
            key: String::new(),
            value: value.clone(),
        };
        crate::message::number::integer(one).ok()
    }

    /// Reads the enum whose variants are named by `type` and whose fields are all the other keys.
    pub(crate) fn request<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        T::deserialize(self)
    }

    /// The same, but an unknown field is a mistake, unless [any request](COMMON) may have it. A
    /// [hello](GREETING) may have any field, because the client may be newer than the server.
    pub(crate) fn strict_request<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        let is_strict = self.operation() != Some(GREETING);
        T::deserialize(Self { is_strict, ..self })
    }

    /// The first field with a value that is neither one of `known` nor one that any request may
    /// have.
    pub(super) fn unknown(&self, known: &[&str]) -> Option<&str> {
        let given = self.pairs.iter().filter(|(_, value)| *value != Value::Null);
        let mut keys = given.map(|(key, _)| key.as_str());
        keys.find(|key| !known.contains(key) && !COMMON.contains(key))
    }

    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        self.pairs
            .iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }
}

impl From<Vec<(String, Value)>> for Fields {
    fn from(pairs: Vec<(String, Value)>) -> Self {
        let is_strict = false;
        Self { pairs, is_strict }
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// Reads an object whose keys are all different.
struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::from(Vec::new());
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if fields.has(&key) || fields.pairs.len() == MAX_FIELDS {
                return Err(A::Error::custom("a duplicate key, or too many keys"));
            }
            fields.pairs.push((key, value));
        }
        Ok(fields)
    }
}

/// Reads any JSON value; nested values are checked and dropped.
struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Signed(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Unsigned(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut texts = Some(Vec::new());
        while let Some(value) = seq.next_element::<Value>()? {
            match (&mut texts, value) {
                (Some(list), Value::Text(text)) if list.len() < MAX_TEXTS => list.push(text),
                _ => texts = None,
            }
        }
        Ok(texts.map_or(Value::Nested, Value::Texts))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<String, Value>()?.is_some() {}
        Ok(Value::Nested)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn check(json: &[u8], expected: Result<usize, Code>) {
        let read = Fields::parse(json)
            .map(|fields| fields.pairs.len())
            .map_err(|error| error.code());
        assert_eq!(read, expected, "{}", String::from_utf8_lossy(json));
    }

    #[test]
    fn an_object_becomes_its_fields() {
        check(b"{}", Ok(0));
        check(
            br#" {"type": "login", "user_id": [1, {"a": null}]} "#,
            Ok(2),
        );
    }

    #[test]
    fn invalid_json_is_bad_json() {
        for json in [
            &b"{"[..],
            b"",
            b"{}{}",
            b"{'type': 1}",
            b"\xef\xbb\xbf{}",
            b"{\"a\": NaN}",
        ] {
            check(json, Err(Code::BadJson));
        }
        check(b"{\"a\": \"\xff\"}", Err(Code::BadJson));
        check(br#"{"a": "\ud800"}"#, Err(Code::BadJson));
    }

    #[test]
    fn json_that_is_not_an_object_is_a_bad_request() {
        for json in [&b"[]"[..], b"1", b"null", b"true", br#""text""#, b"-1.5"] {
            check(json, Err(Code::BadRequest));
        }
    }

    #[test]
    fn a_key_given_twice_is_a_bad_request() {
        check(
            br#"{"type": "login", "type": "login"}"#,
            Err(Code::BadRequest),
        );
        check(br#"{"a": 1, "\u0061": 2}"#, Err(Code::BadRequest));
    }

    #[test]
    fn more_keys_than_any_request_has_are_refused() {
        let keys = |count| {
            let pairs: Vec<String> = (0..count).map(|n| format!("\"k{n}\":0")).collect();
            format!("{{{}}}", pairs.join(","))
        };
        check(keys(MAX_FIELDS).as_bytes(), Ok(MAX_FIELDS));
        check(keys(MAX_FIELDS + 1).as_bytes(), Err(Code::BadRequest));
    }

    #[test]
    fn deep_nesting_is_bad_json() {
        let json = format!("{{\"a\": {}{}}}", "[".repeat(200), "]".repeat(200));
        check(json.as_bytes(), Err(Code::BadJson));
    }
}
