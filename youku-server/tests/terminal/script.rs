//! Servers that send replies which no real server would send.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

/// A server that gives these answers over one connection, a request each, and then hangs up.
pub(crate) fn answering(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for answer in answers {
            receive(&mut stream).unwrap();
            stream.write_all(&answer).unwrap();
        }
    });
    address
}

/// The next request; `None` when the client has hung up.
pub(crate) fn receive(stream: &mut TcpStream) -> Option<Value> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut json = vec![0; u32::from_le_bytes(length) as usize];
    stream.read_exact(&mut json).unwrap();
    Some(serde_json::from_slice(&json).unwrap())
}

/// An answer as it is sent.
pub(crate) fn frame(answer: &Value) -> Vec<u8> {
    let json = answer.to_string();
    let length = u32::try_from(json.len()).unwrap().to_le_bytes();
    [&length, json.as_bytes()].concat()
}
