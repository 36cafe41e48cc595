//! The example `custom_payments`, run to its end.

use std::process::Command;

use youku_tests::example;

#[test]
fn wallet_pays_once_for_each_thing() {
    let output = Command::new(example("custom_payments")).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let balances = printed.lines().filter_map(|line| {
        let rest = line.strip_prefix("the wallet has ")?;
        rest.strip_suffix(" fen")
    });
    // 4,000 minus one movie, whose charge was sent twice, minus one period of membership.
    let balances: Vec<_> = balances.collect();
    assert_eq!(balances, ["3000", "3000", "500"], "{printed}");
    assert!(
        printed.contains("an empty wallet: the charge was declined"),
        "{printed}"
    );
    assert!(printed.ends_with("The Matrix.mp4: 1000 fen\n"), "{printed}");
}
