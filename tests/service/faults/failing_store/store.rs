//! A store in memory that fails where a test wants it to.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::{fmt, io};

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart, memory::InMemory, path::Path,
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// A call of the service to its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// A movie in one part.
    Put,
    /// The steps of a movie in several parts.
    Begin,
    Part,
    Complete,
    /// The check whether the movie exists.
    Head,
    Get,
    /// The second half of the bytes that were requested. The bytes after the fault would arrive.
    Chunk,
    Delete,
    List,
    /// The name of the store.
    Identity,
}

/// The fault of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// EIO of a disk.
    Io,
    /// ENOSPC of a disk.
    Full,
    /// The connection fails.
    Reset,
    /// The answer never comes.
    TimedOut,
    /// The call is carried out, but its answer does not arrive.
    LostReply,
}

impl Fault {
    fn error(self) -> Error {
        let source = match self {
            Self::Io => io::Error::from_raw_os_error(5),
            Self::Full => io::Error::from_raw_os_error(28),
            Self::Reset => io::Error::from_raw_os_error(104),
            Self::TimedOut | Self::LostReply => io::ErrorKind::TimedOut.into(),
        };
        Error::Generic {
            store: "failing",
            source: source.into(),
        }
    }
}

/// Which calls fail, and how.
#[derive(Debug, Clone, Copy)]
struct Order {
    call: Call,
    fault: Fault,
    once: bool,
}

#[derive(Debug, Default)]
struct State {
    store: InMemory,
    fails: Mutex<Option<Order>>,
    held: Mutex<Option<(Call, Arc<Gate>)>>,
    /// Uploads in parts that are neither completed nor aborted.
    unfinished: Mutex<HashSet<String>>,
    /// Every call so far.
    calls: Mutex<Vec<Call>>,
}

/// Where a call is held.
#[derive(Debug)]
pub(crate) struct Gate {
    reached: Semaphore,
    open: Semaphore,
}

impl Gate {
    /// Waits until the call arrives.
    pub(crate) async fn is_reached(&self) {
        // The semaphore is never closed.
        let _ = self.reached.acquire().await.map(SemaphorePermit::forget);
    }

    /// Lets the call continue.
    pub(crate) fn open(&self) {
        self.open.add_permits(1);
    }
}

/// The store; all its clones share one state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failing(Arc<State>);

impl Failing {
    /// From now on `call` fails.
    pub(crate) fn fail(&self, call: Call, fault: Fault) {
        self.order(call, fault, false);
    }

    /// The next `call` fails.
    pub(crate) fn fail_once(&self, call: Call, fault: Fault) {
        self.order(call, fault, true);
    }

    fn order(&self, call: Call, fault: Fault, once: bool) {
        *lock(&self.0.fails) = Some(Order { call, fault, once });
    }

    /// From now on everything works.
    pub(crate) fn heal(&self) {
        *lock(&self.0.fails) = None;
    }

    /// Holds the next `call` until the gate is opened.
    pub(crate) fn hold(&self, call: Call) -> Arc<Gate> {
        let [reached, open] = [0; 2].map(Semaphore::new);
        let gate = Arc::new(Gate { reached, open });
        *lock(&self.0.held) = Some((call, gate.clone()));
        gate
    }

    /// How many uploads in parts take up space but will never become an object.
    pub(crate) fn unfinished(&self) -> usize {
        lock(&self.0.unfinished).len()
    }

    /// How often the service has made the call.
    pub(crate) fn count(&self, call: Call) -> usize {
        let calls = lock(&self.0.calls);
        calls.iter().filter(|made| **made == call).count()
    }

    fn fault(&self, call: Call) -> Option<Fault> {
        lock(&self.0.calls).push(call);
        let mut fails = lock(&self.0.fails);
        let order = fails.filter(|order| order.call == call)?;
        fails.take_if(|order| order.once);
        Some(order.fault)
    }

    /// Runs `call` as far as its fault allows.
    async fn run<T>(&self, call: Call, work: impl Future<Output = Result<T>>) -> Result<T> {
        let gate = lock(&self.0.held).take_if(|(held, _)| *held == call);
        if let Some((_, gate)) = gate {
            gate.reached.add_permits(1);
            let _ = gate.open.acquire().await.map(SemaphorePermit::forget);
        }
        match self.fault(call) {
            None => work.await,
            Some(Fault::LostReply) => {
                work.await?;
                Err(Fault::LostReply.error())
            }
            Some(fault) => Err(fault.error()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder panics")
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failing")
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.run(Call::Put, self.0.store.put_opts(location, payload, options))
            .await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let begin = self.0.store.put_multipart_opts(location, options);
        let parts = self.run(Call::Begin, begin).await?;
        lock(&self.0.unfinished).insert(location.to_string());
        Ok(Box::new(Parts {
            store: self.clone(),
            name: location.to_string(),
            parts,
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let call = if location.as_ref().starts_with("store-") {
            Call::Identity
        } else if options.head {
            Call::Head
        } else {
            Call::Get
        };
        let found = self.run(call, self.0.store.get_opts(location, options));
        let mut found = found.await?;
        if let Some(fault) = self.fault(Call::Chunk) {
            found.payload = broken(found.payload, fault).await?;
        }
        Ok(found)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        match self.fault(Call::Delete) {
            None => self.0.store.delete_stream(locations),
            Some(fault @ Fault::LostReply) => {
                let deleted = self.0.store.delete_stream(locations);
                deleted.map(move |_| Err(fault.error())).boxed()
            }
            Some(fault) => locations.map(move |_| Err(fault.error())).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.fault(Call::List) {
            None => self.0.store.list(prefix),
            // After the first entries, as when a later page of the list fails.
            Some(fault) => {
                let failed = stream::iter([Err(fault.error())]);
                self.0.store.list(prefix).take(1).chain(failed).boxed()
            }
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.store.copy_opts(from, to, options).await
    }
}

/// The same bytes with an error in place of those in the middle.
async fn broken(payload: GetResultPayload, fault: Fault) -> Result<GetResultPayload> {
    let GetResultPayload::Stream(mut stream) = payload else {
        return Ok(payload);
    };
    let mut bytes = stream.next().await.expect("some bytes were asked for")?;
    let last = bytes.split_off(bytes.len() * 2 / 3);
    let first = bytes.split_to(bytes.len() / 2);
    let parts = [Ok(first), Err(fault.error()), Ok(last)];
    Ok(GetResultPayload::Stream(stream::iter(parts).boxed()))
}

/// An object that comes in parts.
#[derive(Debug)]
struct Parts {
    store: Failing,
    name: String,
    parts: Box<dyn MultipartUpload>,
}

#[async_trait]
impl MultipartUpload for Parts {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let (store, part) = (self.store.clone(), self.parts.put_part(data));
        Box::pin(async move { store.run(Call::Part, part).await })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let complete = self.parts.complete();
        let completed = self.store.run(Call::Complete, complete).await?;
        lock(&self.store.0.unfinished).remove(&self.name);
        Ok(completed)
    }

    async fn abort(&mut self) -> Result<()> {
        lock(&self.store.0.unfinished).remove(&self.name);
        self.parts.abort().await
    }
}
