//! Addresses of clients: each IPv4 address has separate limits, even over a listener on `[::]`, to which an IPv4 client connects
//! from an address such as `::ffff:127.0.0.1` (RFC 4291, section 2.5.5.2).

// On other systems only `127.0.0.1` of that network is an address of the machine.
#![cfg(target_os = "linux")]

use std::net::Ipv4Addr;

use serde_json::json;
use youku_server::Limits;

use crate::protocol2::Two;
use crate::raw::{Raw, login, register};
use crate::support::{PASSWORD, Server};

/// Listeners that an IPv4 client can reach.
const LISTENERS: [&str; 3] = ["[::]:0", "0.0.0.0:0", "127.0.0.1:0"];

const FIRST: Ipv4Addr = Ipv4Addr::LOCALHOST;
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const THIRD: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

#[tokio::test]
async fn each_ipv4_address_has_its_own_connections() {
    for listener in LISTENERS {
        let limits = Limits {
            max_connections: 9,
            max_connections_per_address: 2,
            ..Limits::default()
        };
        let server = Server::at(listener, limits).await;
        let mut open = Vec::new();
        for source in [FIRST, SECOND, THIRD, FIRST, SECOND, THIRD] {
            let mut raw = Raw::from(source, server.address).await;
            raw.expect_alive().await;
            open.push(raw);
        }
        // One more connection of the second address: the oldest one of that address makes room.
        let mut raw = Raw::from(SECOND, server.address).await;
        raw.expect_alive().await;
        open.remove(1).expect_end().await;
        for raw in &mut open {
            raw.expect_alive().await;
        }
    }
}

#[tokio::test]
async fn each_ipv4_address_has_its_own_attempts() {
    for listener in LISTENERS {
        let limits = Limits {
            logins_per_minute: 2,
            registrations_per_minute: 1,
            ..Limits::default()
        };
        let server = Server::at(listener, limits).await;
        for (source, name) in [(FIRST, "neo"), (SECOND, "trinity"), (THIRD, "morpheus")] {
            let mut raw = Raw::from(source, server.address).await;
            assert_eq!(raw.ask(register(name, "user")).await["flag"], true);
            raw.expect_refusal(register("smith", "user"), "rate_limited")
                .await;
            for _ in 0..2 {
                raw.log_in(name, "user").await;
            }
            let attempt = login(name, PASSWORD, "user");
            raw.expect_refusal(attempt, "rate_limited").await;
        }
    }
}

/// Both protocols report the address a user came from.
#[tokio::test]
async fn the_audit_has_ipv4_addresses_as_people_write_them() {
    for listener in LISTENERS {
        let server = Server::at(listener, Limits::default()).await;
        server.create_admin("admin").await;
        let mut raw = Raw::from(SECOND, server.address).await;
        raw.ask(register("neo", "user")).await;
        raw.log_in("neo", "user").await;
        let mut two = Two::over(Raw::from(THIRD, server.address).await).await;
        let registration = json!({"type": "register", "username": "trinity", "password": PASSWORD});
        two.done(registration).await;
        two.session = two.new_session("admin").await;
        let audit = two.done(json!({"type": "audit"})).await;
        let lines = audit["audit_list"].as_array().unwrap().iter();
        let mut found: Vec<_> = lines
            .map(|line| [&line["act"], &line["peer"]].map(|text| text.as_str().unwrap()))
            .collect();
        found.reverse();
        let expected = [
            ["admin_created", ""],
            ["registered", "127.0.0.2"],
            ["logged_in", "127.0.0.2"],
            ["registered", "127.0.0.3"],
            ["logged_in", "127.0.0.3"],
        ];
        assert_eq!(found, expected, "{listener}");
    }
}
