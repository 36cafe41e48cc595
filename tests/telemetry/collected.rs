//! Collects everything that this process logs, and the names of its metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Names of metrics.
pub(crate) type Names = BTreeSet<String>;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static DESCRIBED: Mutex<Names> = Mutex::new(Names::new());
static USED: Mutex<Names> = Mutex::new(Names::new());
static COUNTED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts to collect at every level, from all crates.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let log = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(|| Sink)
            .finish();
        tracing::subscriber::set_global_default(log).expect("this process has no other collector");
        metrics::set_global_recorder(Collector).expect("this process has no other collector");
    });
}

/// What was logged up to now.
pub(crate) fn logged() -> String {
    String::from_utf8_lossy(&lock(&LOG)).into_owned()
}

/// The calls that a recorder received.
pub(crate) fn described() -> Names {
    lock(&DESCRIBED).clone()
}

/// A metric that was counted or timed.
pub(crate) fn used() -> Names {
    lock(&USED).clone()
}

/// How often the counter of that name was incremented, with the value of its only label.
pub(crate) fn count(name: &str, label: &str) -> u64 {
    let counted = lock(&COUNTED);
    let count = counted.get(&format!("{name} {label}"));
    count.copied().unwrap_or_default()
}

struct Sink;

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&LOG).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Collector;

impl Recorder for Collector {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        lock(&DESCRIBED).insert(name.as_str().to_owned());
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        lock(&DESCRIBED).insert(name.as_str().to_owned());
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        lock(&DESCRIBED).insert(name.as_str().to_owned());
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels = key.labels().map(|label| format!(" {}", label.value()));
        let series = key.name().to_owned() + &labels.collect::<String>();
        Counter::from_arc(Arc::new(Counted(Used(key.name().to_owned()), series)))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        lock(&USED).insert(key.name().to_owned());
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Used(key.name().to_owned())))
    }
}

/// Records its name when it is used.
struct Used(String);

/// A counter, and its name with the values of its labels.
struct Counted(Used, String);

impl CounterFn for Counted {
    fn increment(&self, by: u64) {
        lock(&USED).insert(self.0.0.clone());
        *lock(&COUNTED).entry(self.1.clone()).or_default() += by;
    }

    fn absolute(&self, value: u64) {
        self.increment(value);
    }
}

impl HistogramFn for Used {
    fn record(&self, _: f64) {
        lock(&USED).insert(self.0.clone());
    }
}
