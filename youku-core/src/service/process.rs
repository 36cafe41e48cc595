//! Which process receives an upload, so that another one can tell whether it still runs.
//!
//! On Linux a process is named by the boot of its machine, its process namespace, its id and the moment of its start. Two
//! containers on one machine have different namespaces, so the same id in both is not confused, and an id that the system
//! gives to another process later has another start. On other systems a process has no name here, and only the age of its
//! last heartbeat tells that it is gone.

#[cfg(target_os = "linux")]
use std::fs;
use std::sync::LazyLock;

/// The name of a process on a system where it cannot be found out.
const UNKNOWN: &str = "unknown";

static THIS: LazyLock<String> = LazyLock::new(|| name().unwrap_or_else(|| UNKNOWN.to_owned()));

/// The name of this process, at most 255 characters.
pub(crate) fn this_process() -> &'static str {
    &THIS
}

/// Whether `name` is that of a process of this machine that has ended.
pub(crate) fn has_ended(name: &str) -> bool {
    has_ended_by(name, this_process(), start_of)
}

fn has_ended_by(name: &str, this: &str, start: impl Fn(&str) -> Option<String>) -> bool {
    let (Some((machine, id, started)), Some((here, ..))) = (split(name), split(this)) else {
        return false;
    };
    machine == here && start(id).as_deref() != Some(started)
}

/// The machine, the id and the start in a name.
fn split(name: &str) -> Option<(&str, &str, &str)> {
    let (rest, started) = name.rsplit_once('/')?;
    let (machine, id) = rest.rsplit_once('/')?;
    Some((machine, id, started))
}

#[cfg(target_os = "linux")]
fn name() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let id = fs::read_link("/proc/self").ok()?;
    let id = id.to_str()?;
    let (boot, namespace, start) = (boot.trim(), namespace.to_str()?, start_of(id)?);
    Some(format!("{boot}/{namespace}/{id}/{start}"))
}

#[cfg(not(target_os = "linux"))]
fn name() -> Option<String> {
    None
}

/// When the process with this id started, in ticks since the boot; nothing for a process that has ended.
#[cfg(target_os = "linux")]
fn start_of(id: &str) -> Option<String> {
    start_in(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

#[cfg(not(target_os = "linux"))]
fn start_of(_: &str) -> Option<String> {
    None
}

/// The start in the text of `/proc/…/stat` (proc(5)): the state is field 3, the first after the name of the program in
/// brackets, and the start is field 22. A zombie has ended.
#[cfg(any(target_os = "linux", test))]
fn start_in(stat: &str) -> Option<String> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?;
    (!matches!(state, "Z" | "X" | "x")).then(|| fields.nth(18).map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn process_is_gone_if_its_id_is_free_or_belongs_to_another() {
        let ended = |name: &str, start: Option<&str>| {
            let start = start.map(str::to_owned);
            has_ended_by(name, "boot/pid:[1]/7/100", |_| start.clone())
        };
        assert!(!ended("boot/pid:[1]/9/55", Some("55")));
        assert!(ended("boot/pid:[1]/9/55", Some("56")));
        assert!(ended("boot/pid:[1]/9/55", None));
        // Of another machine, another container, or unknown.
        for name in ["other/pid:[1]/9/55", "boot/pid:[2]/9/55", UNKNOWN, ""] {
            assert!(!ended(name, None), "{name}");
        }
    }

    #[test]
    fn start_is_found_after_any_name_of_a_program() {
        let rest = "1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 99";
        let start = |stat: &str| start_in(stat);
        assert_eq!(start(&format!("9 (a) b) S {rest}")), Some("4711".into()));
        assert_eq!(start(&format!("9 (a) Z {rest}")), None);
        assert_eq!(start("9 (a"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_runs() {
        assert!(split(this_process()).is_some());
        assert!(!has_ended(this_process()));
        assert!(this_process().len() <= 255);
    }
}
