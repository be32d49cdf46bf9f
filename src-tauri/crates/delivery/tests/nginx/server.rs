//! nginx with its RTMP module, and stunnel in front of it: started and ended by a test.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use vitrine_delivery::Target;

use crate::common::{secs, wait};

const MODULES: [&str; 3] =
    ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"];

pub struct Nginx {
    pub rtmp: u16,
    http: u16,
    dir: tempfile::TempDir,
    process: Option<Child>,
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("port").port()
}

fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(sent.is_ok_and(|s| s.success()), "kill -{name} {pid}");
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

impl Nginx {
    /// `None`, and a loud line, where nginx or its module is not installed.
    pub fn start() -> Option<Self> {
        let module =
            MODULES.iter().map(|m| Path::new(m).join("ngx_rtmp_module.so")).find(|m| m.exists());
        let Some(module) = module else {
            eprintln!("SKIPPED: nginx with its RTMP module is not installed");
            return None;
        };
        let dir = tempfile::tempdir().expect("folder");
        let run = dir.path().to_str().expect("a plain path").to_owned();
        fs::create_dir(dir.path().join("rec")).expect("folder");
        let (rtmp, http) = (free_port(), free_port());
        // As root nginx would give its worker to another user, who may not write here.
        let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout == b"0\n");
        let user = if root { "user root;" } else { "" };
        let config = format!(
            r"load_module {module}; {user}
daemon off; worker_processes 1; pid {run}/nginx.pid; error_log {run}/error.log info;
events {{ worker_connections 256; }}
rtmp {{ server {{
  listen 127.0.0.1:{rtmp}; chunk_size 4096; ping 3s; ping_timeout 3s; timeout 60s; drop_idle_publisher 10s;
  application open {{ live on; meta copy; record all; record_path {run}/rec; record_unique on; }}
  application deny {{ live on; deny publish all; }}
  application auth {{ live on; notify_method get; on_publish http://127.0.0.1:{http}/on_publish; }} }} }}
http {{ access_log off; client_body_temp_path {run}/t1; proxy_temp_path {run}/t2; fastcgi_temp_path {run}/t3;
  uwsgi_temp_path {run}/t4; scgi_temp_path {run}/t5;
  server {{ listen 127.0.0.1:{http};
    location /control {{ rtmp_control all; }} location /stat {{ rtmp_stat all; }}
    location /on_publish {{ if ($arg_name = goodkey) {{ return 204; }} return 403; }} }} }}
",
            module = module.display()
        );
        fs::write(dir.path().join("nginx.conf"), config).expect("written");
        let mut server = Self { rtmp, http, dir, process: None };
        server.launch();
        Some(server)
    }

    pub fn launch(&mut self) {
        let run = self.dir.path();
        let child = Command::new("nginx")
            .arg("-p")
            .arg(run)
            .arg("-c")
            .arg(run.join("nginx.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        self.process = Some(child);
        let (rtmp, http) = (self.rtmp, self.http);
        wait("nginx listens", secs(10), || answers(rtmp) && answers(http));
    }

    /// Ends it; its port is closed then.
    pub fn quit(&mut self) {
        if let Some(mut p) = self.process.take() {
            signal("TERM", p.id());
            drop(p.wait());
        }
    }

    pub fn target(&self, app: &str, key: &str) -> Target {
        Target::new(&format!("rtmp://127.0.0.1:{}/{app}", self.rtmp), key).expect("target")
    }

    fn worker(&self) -> u32 {
        let master = self.process.as_ref().expect("runs").id();
        let path = format!("/proc/{master}/task/{master}/children");
        let children = fs::read_to_string(path).expect("children");
        children.split_whitespace().next().and_then(|p| p.parse().ok()).expect("a worker")
    }

    /// Stops the worker: connections stay open, nobody reads. Goes on when dropped.
    pub fn freeze(&self) -> Frozen {
        let pid = self.worker();
        signal("STOP", pid);
        Frozen(pid)
    }

    fn get(&self, path: &str) -> String {
        let mut s = TcpStream::connect(("127.0.0.1", self.http)).expect("connects");
        s.set_read_timeout(Some(Duration::from_secs(5))).expect("limit");
        let ask = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
        s.write_all(ask.as_bytes()).expect("asked");
        let mut answer = String::new();
        s.read_to_string(&mut answer).expect("answered");
        answer
    }

    /// Drops the publisher of `key` as an operator would.
    pub fn drop_publisher(&self, app: &str, key: &str) {
        let answer = self.get(&format!("/control/drop/publisher?app={app}&name={key}"));
        assert!(answer.trim_end().ends_with('1'), "{answer}");
    }

    pub fn publishes(&self, key: &str) -> bool {
        let stat = self.get("/stat");
        stat.contains(&format!("<name>{key}</name>")) && stat.contains("<publishing/>")
    }

    /// What was recorded under `key`, oldest first.
    pub fn recorded(&self, key: &str) -> Vec<PathBuf> {
        let all = fs::read_dir(self.dir.path().join("rec")).expect("folder");
        let mut found: Vec<_> = all
            .map(|e| e.expect("entry").path())
            .filter(|p| {
                p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&format!("{key}-")))
            })
            .collect();
        found.sort_by_key(|p| fs::metadata(p).and_then(|m| m.modified()).ok());
        found
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("error.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.quit();
    }
}

pub struct Frozen(u32);

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}

/// Certificates of a laboratory authority, and stunnel sections with them.
pub struct Stunnel {
    dir: tempfile::TempDir,
    processes: Vec<Child>,
}

impl Stunnel {
    pub fn start() -> Option<Self> {
        let works = |name: &str, arg: &str| {
            Command::new(name).arg(arg).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
        };
        if !works("stunnel4", "-version") || !works("openssl", "version") {
            eprintln!("SKIPPED: stunnel4 or openssl is not installed");
            return None;
        }
        let dir = tempfile::tempdir().expect("folder");
        let s = Self { dir, processes: Vec::new() };
        s.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Lab",
        );
        Some(s)
    }

    fn openssl(&self, args: &str) {
        let out = Command::new("openssl")
            .args(args.split(' '))
            .current_dir(self.dir.path())
            .output()
            .expect("openssl runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }

    pub fn ca(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// A TLS front for `backend` with a certificate of `days` (negative: expired) for `name`.
    pub fn front(&mut self, label: &str, name: &str, days: i32, backend: u16) -> u16 {
        let (dir, port) = (self.dir.path(), free_port());
        let at = |n: &str| dir.join(n);
        fs::write(at(&format!("{label}.ext")), format!("subjectAltName=DNS:{name}"))
            .expect("written");
        self.openssl(&format!(
            "req -newkey rsa:2048 -nodes -keyout {label}.key -out {label}.csr -subj /CN={name}"
        ));
        self.openssl(&format!("x509 -req -in {label}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {label}.crt -days {days} -extfile {label}.ext"));
        let pem =
            ["key", "crt"].map(|e| fs::read_to_string(at(&format!("{label}.{e}"))).expect("made"));
        fs::write(at(&format!("{label}.pem")), pem.concat()).expect("written");
        let config = format!(
            "foreground = yes\npid =\n[front]\naccept = 127.0.0.1:{port}\nconnect = 127.0.0.1:{backend}\ncert = {}\n",
            at(&format!("{label}.pem")).display()
        );
        fs::write(at(&format!("{label}.conf")), config).expect("written");
        let child = Command::new("stunnel4")
            .arg(at(&format!("{label}.conf")))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("stunnel starts");
        self.processes.push(child);
        wait("stunnel listens", secs(10), || answers(port));
        port
    }
}

impl Drop for Stunnel {
    fn drop(&mut self) {
        for p in &mut self.processes {
            drop(p.kill());
            drop(p.wait());
        }
    }
}
