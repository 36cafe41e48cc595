//! The serde side of [`Fields`]: from the fields of a request to a Rust enum.
//!
//! `serde_json` could do this too, but its errors are sentences. This reader knows which field has the
//! wrong value, so the refusal can name it.

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{self, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

use crate::message::Refusal;
use crate::message::fields::{Fields, TYPE, Value};

impl<'de> Deserializer<'de> for Fields {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(FieldAccess {
            rest: self.pairs.into_iter(),
            next: None,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_enum(self)
    }

    /// An unknown field is reported only if there is no other mistake.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let unknown = self.unknown(fields).filter(|_| self.is_strict);
        let unknown = unknown.map(|key| Refusal::unknown_field(key, fields));
        let value = self.deserialize_any(visitor)?;
        unknown.map_or(Ok(value), Err)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> de::EnumAccess<'de> for Fields {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<V: de::DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), Refusal> {
        let variant = match self.value(TYPE) {
            Some(Value::Text(name)) => seed.deserialize(word(name))?,
            Some(_) => return Err(Refusal::bad_field(TYPE)),
            None => return Err(Refusal::unknown_type()),
        };
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Fields {
    type Error = Refusal;

    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Refusal> {
        seed.deserialize(self)
    }
    fn unit_variant(self) -> Result<(), Refusal> {
        Ok(())
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_any(visitor)
    }
    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_any(visitor)
    }
}

/// A deserializer for a name: of a variant or of a field.
fn word(name: &str) -> StrDeserializer<'_, Refusal> {
    name.into_deserializer()
}

/// Hands the fields to serde one by one.
struct FieldAccess {
    rest: std::vec::IntoIter<(String, Value)>,
    next: Option<Field>,
}

impl<'de> MapAccess<'de> for FieldAccess {
    type Error = Refusal;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        let field = self.next.insert(Field { key, value });
        seed.deserialize(word(&field.key)).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Refusal> {
        let field = self
            .next
            .take()
            .expect("serde asks for a value after its key only");
        let key = field.key.clone();
        seed.deserialize(field)
            .map_err(|_| Refusal::bad_field(&key))
    }
}

/// A deserializer for one value, which knows its field.
pub(super) struct Field {
    pub(super) key: String,
    pub(super) value: Value,
}

impl<'de> Deserializer<'de> for Field {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Signed(value) => visitor.visit_i64(value),
            Value::Unsigned(value) => visitor.visit_u64(value),
            Value::Float(value) => visitor.visit_f64(value),
            Value::Text(value) => visitor.visit_string(value),
            Value::Texts(texts) => visitor.visit_seq(SeqDeserializer::new(texts.into_iter())),
            Value::Nested => Err(Refusal::bad_field(&self.key)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.value {
            Value::Text(name) => visitor.visit_enum(name.into_deserializer()),
            _ => Err(Refusal::bad_field(&self.key)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

#[cfg(test)]
mod tests;
