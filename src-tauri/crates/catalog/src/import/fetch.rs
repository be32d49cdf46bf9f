//! Pictures of an import: by path beside the file, or by `http(s)`, four at a time. One that cannot be had
//! is a warning; nothing of the import depends on it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use ureq::Agent;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::import::address::is_public;
use crate::import::amount::short;
use crate::import::report::Report;
use crate::picture::{MAX_BYTES, Picture};

/// Pictures fetched at a time.
const AT_A_TIME: usize = 4;
/// Time for one picture, from resolving its name to its last byte.
const TIME: Duration = Duration::from_secs(10);
const REDIRECTS: u32 = 3;
/// Tries of one server that fail to connect before its other pictures are left out.
const PATIENCE: u32 = 4;

/// A picture that lies in the folder, as the catalogue names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    pub hash: String,
    pub kind: String,
    pub width: i64,
    pub height: i64,
    pub bytes: i64,
}

/// What is known of fetching.
#[derive(Debug)]
struct Rules {
    agent: Agent,
    folder: Option<PathBuf>,
    time: Duration,
}

/// Why a picture could not be had.
struct Failure {
    text: String,
    /// The server did not answer at all; its other pictures would not either.
    dead: bool,
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self { text, dead: false }
    }
}

/// Gets pictures into the folder. `wanted` are lines and sources, each source once; failures are warnings
/// in `report`. Gives what is there now by source.
///
/// # Errors
/// [`CatalogError::Disk`] if a picture cannot be written.
pub(crate) async fn all(
    catalog: &Catalog,
    folder: Option<&Path>,
    wanted: Vec<(u64, String)>,
    loopback: bool,
    report: &mut Report,
    mut progress: impl FnMut(u64, u64),
) -> Result<HashMap<String, Kept>, CatalogError> {
    let rules = Arc::new(Rules {
        agent: agent(loopback, TIME),
        folder: folder.map(Path::to_owned),
        time: TIME,
    });
    let total = wanted.len() as u64;
    let mut done = 0;
    let mut kept = HashMap::new();
    let mut dead: HashMap<String, u32> = HashMap::new();
    let mut running = JoinSet::new();
    let mut queue = wanted.into_iter();
    loop {
        while running.len() < AT_A_TIME {
            let Some((line, source)) = queue.next() else { break };
            if host(&source).and_then(|h| dead.get(&h)).is_some_and(|n| *n >= PATIENCE) {
                done += 1;
                report.note(
                    line,
                    "a picture was left out because its server does not answer; import again later",
                );
                continue;
            }
            let rules = Arc::clone(&rules);
            running.spawn_blocking(move || {
                let picture = one(&rules, &source);
                (line, source, picture)
            });
        }
        let Some(joined) = running.join_next().await else { break };
        done += 1;
        match joined {
            Ok((_, source, Ok(picture))) => {
                catalog.keep_picture(&picture)?;
                let k = Kept {
                    bytes: picture.bytes().len() as i64,
                    kind: picture.kind.to_owned(),
                    width: i64::from(picture.width),
                    height: i64::from(picture.height),
                    hash: picture.hash,
                };
                kept.insert(source, k);
            }
            Ok((line, source, Err(failure))) => {
                if failure.dead
                    && let Some(host) = host(&source)
                {
                    *dead.entry(host).or_default() += 1;
                }
                report.warn(line, failure.text);
            }
            // A decoder that fell over a picture.
            Err(_) => {
                report.warn(0, "a picture could not be looked at; export it again as PNG or JPEG")
            }
        }
        progress(done, total);
    }
    Ok(kept)
}

/// It comes from the net.
pub(crate) fn is_web(source: &str) -> bool {
    let start = source.get(..8).unwrap_or(source).to_ascii_lowercase();
    start.starts_with("http://") || start.starts_with("https://")
}

fn host(source: &str) -> Option<String> {
    if is_web(source) {
        url::Url::parse(source).ok()?.host_str().map(ToOwned::to_owned)
    } else {
        None
    }
}

fn one(rules: &Rules, source: &str) -> Result<Picture, Failure> {
    if is_web(source) {
        from_web(rules, source)
    } else {
        from_file(rules, source).map_err(Failure::from)
    }
}

/// A path must lead to a plain file below the folder of the imported file, links followed.
fn from_file(rules: &Rules, source: &str) -> Result<Picture, String> {
    let shown = short(source);
    let scheme =
        source.split_once("://").is_some_and(|(s, _)| s.chars().all(char::is_alphanumeric));
    if scheme || source.starts_with("data:") {
        return Err(format!(
            "picture “{shown}” is neither a path nor an http address; give one of the two"
        ));
    }
    let Some(folder) = &rules.folder else {
        return Err(format!(
            "picture “{shown}” is a path, and this import has no folder; use an address"
        ));
    };
    let missing = |_| format!("picture “{shown}” is not beside the imported file; put it there");
    let folder = folder.canonicalize().map_err(missing)?;
    let path = folder.join(source.replace('\\', "/")).canonicalize().map_err(missing)?;
    if !path.starts_with(&folder) {
        return Err(format!(
            "picture “{shown}” lies outside the folder of the imported file; put it beside the file"
        ));
    }
    if !path.is_file() {
        return Err(format!("picture “{shown}” is no file; name a PNG, JPEG or WebP file"));
    }
    Picture::read(&path).map_err(|e| e.to_string())
}

fn from_web(rules: &Rules, source: &str) -> Result<Picture, Failure> {
    let shown = short(source);
    let url = url::Url::parse(source)
        .map_err(|_| format!("picture “{shown}” has no address that can be read; correct it"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "picture “{shown}” has a name or password in its address; leave it out"
        )
        .into());
    }
    let failed = |e: ureq::Error| {
        let dead = matches!(
            e,
            ureq::Error::ConnectionFailed
                | ureq::Error::HostNotFound
                | ureq::Error::Timeout(_)
                | ureq::Error::Io(_)
        );
        let text = match e {
            ureq::Error::Other(e) if e.is::<Private>() => {
                format!(
                    "picture “{shown}” leads into a private network and was not fetched; put the file beside the table"
                )
            }
            ureq::Error::BodyExceedsLimit(_) => {
                format!("picture “{shown}” is larger than 20 MB; make it smaller first")
            }
            ureq::Error::StatusCode(code) => format!(
                "picture “{shown}” is not there (the server says {code}); correct its address"
            ),
            ureq::Error::TooManyRedirects => format!(
                "picture “{shown}” is redirected more than {REDIRECTS} times; use its final address"
            ),
            ureq::Error::Timeout(_) => {
                format!(
                    "picture “{shown}” did not come within {} s; import again later",
                    rules.time.as_secs()
                )
            }
            e => format!("picture “{shown}” could not be fetched ({e}); check its address"),
        };
        Failure { text, dead }
    };
    let mut response = rules.agent.get(url.as_str()).call().map_err(failed)?;
    let bytes =
        response.body_mut().with_config().limit(MAX_BYTES + 1).read_to_vec().map_err(failed)?;
    Picture::new(&format!("“{shown}”"), bytes).map_err(|e| e.to_string().into())
}

fn agent(loopback: bool, time: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(time))
        .max_redirects(REDIRECTS)
        .max_response_header_size(64 << 10)
        // Through a proxy nobody could say where a name leads.
        .proxy(None)
        .user_agent(concat!("Vitrine/", env!("CARGO_PKG_VERSION")))
        .accept("image/png, image/jpeg, image/webp")
        .build();
    Agent::with_parts(
        config,
        DefaultConnector::default(),
        Checked { inner: DefaultResolver::default(), loopback },
    )
}

/// Some address of the name is not public.
#[derive(Debug, thiserror::Error)]
#[error("the address is private")]
struct Private;

/// Resolves names, of every redirect too, and gives only addresses that may be asked. What it gives is
/// what is connected to: a name cannot mean something else a moment later.
#[derive(Debug)]
struct Checked {
    inner: DefaultResolver,
    loopback: bool,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let allowed = |ip: std::net::IpAddr| is_public(ip) || (self.loopback && ip.is_loopback());
        if found.iter().all(|a| allowed(a.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::Other(Box::new(Private)))
        }
    }
}

#[cfg(test)]
mod tests;
