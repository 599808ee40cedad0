#!/usr/bin/env bash
# Installs what the lab and its tests run on, for root on Debian 12: tools from the system's own suite by apt-get, and
# engines and stores of other Debian suites unpacked, not installed, under /opt/overlaybridge-lab. The mirror is the one
# that apt is already set up for. Safe to repeat: a part that is there in the right version is left alone.
set -euo pipefail

root=/opt/overlaybridge-lab
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
tools=(busybox-static conntrack curl docker-compose gcc iperf3 iproute2 iptables jq libc6-dev nftables openjdk-17-jre-headless procps python3-consul runc tcpdump util-linux)

say() { printf 'lab install: %s\n' "$*"; }
fail() { printf 'lab install failed: %s\n  why: %s\n  do:  %s\n' "$1" "$2" "$3" >&2; exit 1; }

# retry WHAT COMMAND...: three attempts, for a mirror that stumbles.
retry() {
  local what=$1 attempt; shift
  for attempt in 1 2 3; do
    "$@" && return 0
    say "$what: attempt $attempt of 3 failed"
    sleep $((attempt * 2))
  done
  fail "$what" "three attempts failed, see above" "check that apt-get update works here, then run this again"
}

# shows TEXT COMMAND...: does the command's output contain the text?
shows() {
  local text=$1; shift
  local output
  output=$("$@" 2>&1) && [[ $output == *"$text"* ]] && return
  say "expected '$text' from $*, found: ${output%%$'\n'*}"
  return 1
}

apt() { apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o APT::Sandbox::User=root "$@"; }

missing_tools() {
  local tool
  for tool in "${tools[@]}"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$tool" 2>/dev/null) == installed ]] || echo "$tool"
  done
}

install_tools() {
  local missing
  mapfile -t missing < <(missing_tools)
  [[ ${#missing[@]} -eq 0 ]] && return
  say "installing ${missing[*]}"
  retry "apt-get update" apt update
  DEBIAN_FRONTEND=noninteractive retry "apt-get install" apt install -y --no-install-recommends "${missing[@]}" </dev/null
  mapfile -t missing < <(missing_tools)
  [[ ${#missing[@]} -eq 0 ]] || fail "installing tools" "still missing: ${missing[*]}" "install them by apt-get"
}

# The mirror that the system's own main suite comes from, whatever format the apt sources have.
mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
    awk '$2 == "bookworm" && $3 == "main" { print $1; exit }'
}

# unpack SUITE PACKAGE...: the suite's packages, signatures checked by apt, into $root/SUITE.
unpack() {
  local suite=$1 uri; shift
  uri=$(mirror)
  [[ -n $uri ]] || fail "finding the Debian mirror" "apt has no source for bookworm main" "add one to /etc/apt/sources.list"
  say "fetching $* of $suite"
  local work=$scratch/$suite
  mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,debs,tree}
  echo "deb [signed-by=$keyring] $uri $suite main" >"$work/parts/suite.list"
  : >"$work/status" # empty: otherwise apt answers with the system's installed versions
  local options=(
    -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/parts"
    -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache"
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  retry "package lists of $suite" apt "${options[@]}" update
  (cd "$work/debs" && retry "packages of $suite" apt "${options[@]}" download "$@")
  local deb
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/tree"; done
  # trixie's runc needs a newer libc than Debian 12 has; without it in the folder, the system's own is found.
  [[ $suite == trixie ]] && rm -f "$work"/tree/usr/{bin,sbin}/runc
  rm -rf "${root:?}/$suite"
  mv "$work/tree" "$root/$suite"
}

bullseye_is_complete() {
  local usr=$root/bullseye/usr
  shows 'version 20.10.5' "$usr/sbin/dockerd" --version && shows 'version 20.10.5' "$usr/bin/docker" --version &&
    shows '1.4.13' "$usr/bin/containerd" --version && shows 'runc version 1.0.0' "$usr/sbin/runc" --version &&
    shows 'tini version' "$usr/bin/tini-static" --version && shows 'Consul v1.8.7' "$usr/bin/consul" version
}

trixie_is_complete() {
  local usr=$root/trixie/usr
  shows 'version 26.1.5' "$usr/sbin/dockerd" --version && shows 'version 26.1.5' "$usr/bin/docker" --version &&
    shows '1.7.24' "$usr/bin/containerd" --version && shows 'tini version' "$usr/bin/tini-static" --version &&
    shows '2.26.1' "$usr/libexec/docker/cli-plugins/docker-compose" version
}

# Stores of the system's own suite are unpacked too: installed, they would start as services.
bookworm_is_complete() {
  local usr=$root/bookworm/usr jar
  shows '3.4.23' "$usr/bin/etcd" --version || return
  for jar in zookeeper-3.8.0 zookeeper-jute-3.8.0 slf4j-api slf4j-simple netty-all netty-handler netty-transport netty-common \
    netty-buffer netty-resolver netty-codec metrics-core snappy-java commons-io commons-cli; do
    [[ -s $usr/share/java/$jar.jar ]] || { say "expected $jar.jar in $usr/share/java"; return 1; }
  done
}

# suite NAME PACKAGE...: makes sure of the suite's folder, and that its programs run here in the version the lab needs.
suite() {
  local name=$1
  [[ -d $root/$name ]] && "${name}_is_complete" && return
  unpack "$@"
  "${name}_is_complete" || fail "checking the programs of $name" \
    "one of them does not run here or has another version than the lab was made for, see above" \
    "check whether the mirror still has the version, and ${name}_is_complete in $0"
}

# The one image: busybox, and curl with its libraries, for static busybox can't look up host names. Without arguments it
# serves its host name on port 80.
build_image() {
  local tree=$scratch/image library
  say "building the image"
  mkdir -p "$tree"/{bin,etc,tmp,proc,sys,dev,www,lib/x86_64-linux-gnu,lib64}
  cp /bin/busybox "$tree/bin/"
  chroot "$tree" /bin/busybox --install -s /bin
  cp /usr/bin/curl "$tree/bin/"
  ldd /usr/bin/curl | grep -o '/[^ ]*' >"$scratch/libraries"
  printf '/lib/x86_64-linux-gnu/lib%s.so.2\n' nss_dns nss_files resolv >>"$scratch/libraries"
  while read -r library; do
    mkdir -p "$tree$(dirname "$library")"
    cp -L "$library" "$tree$library"
  done <"$scratch/libraries"
  echo 'hosts: files dns' >"$tree/etc/nsswitch.conf"
  echo 'root:x:0:0:root:/:/bin/sh' >"$tree/etc/passwd"
  cp "$here/serve" "$tree/bin/serve"
  cp "$here/serve" "$root/image.serve"
  tar -C "$tree" -cf "$scratch/image.tar" .
  mv "$scratch/image.tar" "$root/image.tar"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $EUID -eq 0 ]] || fail "installing the lab" "this is not root" "run it as root"
[[ $(. /etc/os-release && echo "$VERSION_CODENAME") == bookworm ]] ||
  fail "installing the lab" "this is not Debian 12 (bookworm)" "use a Debian 12 machine"

mkdir -p "$root"
exec 9>"$root/.lock"
flock -w 600 9 || fail "installing the lab" "another install has held $root/.lock for ten minutes" "see what it does"
scratch=$(mktemp -d "$root/.install-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

install_tools
shows 'version 1.29.2' /usr/bin/docker-compose --version ||
  fail "checking docker-compose" "/usr/bin/docker-compose is not version 1.29.2" "install Debian 12's docker-compose"
suite bullseye docker.io containerd runc tini consul
suite trixie docker.io docker-cli containerd tini docker-compose
suite bookworm etcd-server libzookeeper-java libslf4j-java libnetty-java libdropwizard-metrics-java libsnappy-java \
  libcommons-io-java libcommons-cli-java
[[ -s $root/image.tar ]] && cmp -s "$here/serve" "$root/image.serve" || build_image
say "complete in $root"
