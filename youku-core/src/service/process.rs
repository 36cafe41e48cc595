//! Which process receives an upload, so that another one can tell whether it still runs.
//!
//! On Linux a process is named by the boot of its machine, its process namespace, its id and the moment of its start. Two
//! containers on one machine have different namespaces, so the same id in both is not confused, and an id that the system
//! gives to another process later has another start. On other systems a process has no name here, and only the age of its
//! last heartbeat tells that it is gone. The same is so where `/proc` is missing, cannot be read, or hides the processes of
//! other users (`hidepid`): what is not seen there may still run.

#[cfg(target_os = "linux")]
use std::fs;
#[cfg(target_os = "linux")]
use std::io;
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
    has_ended_by(name, this_process(), find)
}

/// What the system says about the id of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux is asked for a process")
)]
enum Found {
    /// A process has it that started then.
    Started(String),
    /// No process has it.
    Free,
    Unknown,
}

fn has_ended_by(name: &str, this: &str, find: impl Fn(&str) -> Found) -> bool {
    let (Some((machine, id, started)), Some((here, ..))) = (split(name), split(this)) else {
        return false;
    };
    if name == this || machine != here {
        return false;
    }
    match find(id) {
        Found::Started(start) => start != started,
        Found::Free => true,
        Found::Unknown => false,
    }
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
    let Found::Started(start) = find(id) else {
        return None;
    };
    let (boot, namespace) = (boot.trim(), namespace.to_str()?);
    Some(format!("{boot}/{namespace}/{id}/{start}"))
}

#[cfg(not(target_os = "linux"))]
fn name() -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
fn find(id: &str) -> Found {
    let is_shown = || {
        let mounts = fs::read_to_string("/proc/self/mountinfo");
        mounts.is_ok_and(|mounts| shows_all(&mounts))
    };
    found_in(fs::read_to_string(format!("/proc/{id}/stat")), is_shown)
}

#[cfg(not(target_os = "linux"))]
fn find(_: &str) -> Found {
    Found::Unknown
}

/// What reading `/proc/…/stat` has found. A process that ends while its file is read is reported as ESRCH.
#[cfg(target_os = "linux")]
fn found_in(stat: io::Result<String>, is_shown: impl FnOnce() -> bool) -> Found {
    const ESRCH: i32 = 3;
    match stat {
        Ok(stat) => start_in(&stat),
        Err(error) if error.raw_os_error() == Some(ESRCH) => Found::Free,
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_shown() => Found::Free,
        Err(_) => Found::Unknown,
    }
}

/// Whether `/proc` is there and shows the processes of every user, by the text of `/proc/self/mountinfo` (proc(5)): in each
/// line, the fifth field is the place of a mount, and the options of its file system come last. The last mount of a place is
/// the one that is seen.
#[cfg(target_os = "linux")]
fn shows_all(mounts: &str) -> bool {
    let is_proc = |mount: &&str| mount.split(' ').nth(4) == Some("/proc");
    let Some(mount) = mounts.lines().rfind(is_proc) else {
        return false;
    };
    let options = mount.rsplit(' ').next().unwrap_or_default().split(',');
    let mut hidden = options.filter_map(|option| option.strip_prefix("hidepid="));
    hidden.all(|hidden| matches!(hidden, "0" | "off"))
}

/// The start in the text of `/proc/…/stat` (proc(5)): the state is field 3, the first after the name of the program in
/// brackets, and the start is field 22. A zombie has ended.
#[cfg(target_os = "linux")]
fn start_in(stat: &str) -> Found {
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return Found::Unknown;
    };
    let mut fields = fields.split_whitespace();
    if matches!(fields.next(), Some("Z" | "X" | "x")) {
        return Found::Free;
    }
    let start = fields.nth(18).map(str::to_owned);
    start.map_or(Found::Unknown, Found::Started)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIS: &str = "boot/pid:[1]/7/100";

    #[test]
    fn process_is_gone_if_its_id_is_free_or_belongs_to_another() {
        let ended = |name: &str, found: &Found| has_ended_by(name, THIS, |_| found.clone());
        let started = |start: &str| Found::Started(start.to_owned());
        assert!(!ended("boot/pid:[1]/9/55", &started("55")));
        assert!(ended("boot/pid:[1]/9/55", &started("56")));
        assert!(ended("boot/pid:[1]/9/55", &Found::Free));
        assert!(!ended("boot/pid:[1]/9/55", &Found::Unknown));
        // Of another machine, another container, or unknown; and this process, whatever the system says.
        for name in ["other/pid:[1]/9/55", "boot/pid:[2]/9/55", UNKNOWN, "", THIS] {
            assert!(!ended(name, &Found::Free), "{name}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn process_that_cannot_be_read_is_not_gone() {
        let check = |number: i32, is_shown: bool, expected: Found| {
            let read = Err(io::Error::from_raw_os_error(number));
            assert_eq!(found_in(read, || is_shown), expected, "{number} {is_shown}");
        };
        // ENOENT, ESRCH; EPERM, EIO, EMFILE, ENOMEM, EACCES.
        check(2, true, Found::Free);
        check(2, false, Found::Unknown);
        check(3, true, Found::Free);
        for number in [1, 5, 24, 12, 13] {
            check(number, true, Found::Unknown);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_proc_that_hides_processes_is_recognized() {
        let root = "21 1 254:0 / / rw,relatime - ext4 /dev/vda rw";
        let proc = |options: &str| format!("22 21 0:20 / /proc rw,nosuid - proc proc {options}");
        let check = |mounts: &[String], expected: bool| {
            let text = format!("{root}\n{}\n", mounts.join("\n"));
            assert_eq!(shows_all(&text), expected, "{text}");
        };
        check(&[proc("rw")], true);
        check(&[proc("rw,hidepid=0")], true);
        check(&[proc("rw,hidepid=off,gid=4")], true);
        for hidden in ["1", "2", "4", "noaccess", "invisible", "ptraceable"] {
            check(&[proc(&format!("rw,gid=4,hidepid={hidden}"))], false);
        }
        check(&[], false);
        check(&[proc("rw"), proc("rw,hidepid=invisible")], false);
        check(&[proc("rw,hidepid=2"), proc("rw")], true);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn start_is_found_after_any_name_of_a_program() {
        let rest = "1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 99";
        let started = Found::Started("4711".to_owned());
        assert_eq!(start_in(&format!("9 (a) b) S {rest}")), started);
        assert_eq!(start_in(&format!("9 (a) Z {rest}")), Found::Free);
        assert_eq!(start_in("9 (a"), Found::Unknown);
        assert_eq!(start_in("9 (a) S 1 1"), Found::Unknown);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_runs() {
        assert!(split(this_process()).is_some());
        assert!(!has_ended(this_process()));
        assert!(this_process().len() <= 255);
    }
}
