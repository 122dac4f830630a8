#!/bin/sh
# Prints the home of a JDK that can build and run NarrowBERT, or one sentence on standard error and exit code 1.
#
# Fit is JDK 25.0.3 or newer: in 25.0.0 to 25.0.2 the collector may move arrays that native code holds (JDK-8377811).
# Looked at, in this order: JAVA_HOME, JAVA25_HOME and JDK_HOME; `javac` on the PATH; the folders where systems, package
# managers and tools put JDKs. Of those not named by a variable a 25 wins over a newer one, since the Vector API may
# change between releases. Only `release` files are read; no JVM is started.
# NARROWBERT_JDK_FOLDERS (colon-separated folders that hold JDKs) takes the place of the known folders.

set -u

refused=''
newer=''

# Sets $version to the JAVA_VERSION of the JDK at $1; false where there is no complete JDK.
read_version() {
  version=''
  [ -f "$1/release" ] || return 1
  [ -x "$1/bin/javac" ] || [ -x "$1/bin/javac.exe" ] || return 1
  while IFS='=' read -r key value; do
    [ "$key" = JAVA_VERSION ] || continue
    value=${value%"${value##*[!"$carriage_return"]}"}
    value=${value#\"}
    version=${value%\"}
  done <"$1/release"
  [ -n "$version" ]
}

# Sets $kind to 25 (25.0.3 or a later 25), newer or unfit for the version $1.
classify() {
  major=${1%%[!0-9]*}
  kind=unfit
  [ -n "$major" ] || return 0
  if [ "$major" -gt 25 ]; then
    kind=newer
  elif [ "$major" -eq 25 ]; then
    after=${1#25}
    after=${after#.}
    minor=${after%%[!0-9]*}
    patch=0
    case $after in
    *.*)
      patch=${after#*.}
      patch=${patch%%[!0-9]*}
      ;;
    esac
    if [ "${minor:-0}" -gt 0 ] || [ "${patch:-0}" -ge 3 ]; then kind=25; fi
  fi
}

found() {
  printf '%s\n' "$1"
  exit 0
}

refuse() {
  case $version in
  25*) refused=" (JDK $version in $1 is too old: 25.0.0 to 25.0.2 may move arrays that native code holds)" ;;
  *) [ -n "$refused" ] || refused=" (the JDK in $1 is $version)" ;;
  esac
}

# A JDK named by a variable: taken as it is when fit.
consider_named() {
  [ -n "$1" ] && read_version "$1" || return 0
  classify "$version"
  case $kind in
  25 | newer) found "$1" ;;
  *) refuse "$1" ;;
  esac
}

# A JDK that was come across: a 25 is taken at once, a newer one is kept in case there is none.
consider_found() {
  read_version "$1" || return 0
  classify "$version"
  case $kind in
  25) found "$1" ;;
  newer) [ -n "$newer" ] || newer=$1 ;;
  *) refuse "$1" ;;
  esac
}

# The JDK that the `javac` on the PATH belongs to, links followed.
consider_path() {
  tool=$(command -v javac 2>/dev/null) || return 0
  hops=0
  while [ -L "$tool" ] && [ "$hops" -lt 16 ]; do
    target=$(readlink "$tool") || return 0
    case $target in
    /*) tool=$target ;;
    *) tool=${tool%/*}/$target ;;
    esac
    hops=$((hops + 1))
  done
  home=$(cd "${tool%/*}/.." 2>/dev/null && pwd) || return 0
  consider_found "$home"
}

# Each JDK directly in the folder $1, with or without macOS's Contents/Home inside.
consider_folder() {
  for candidate in "$1"/* "$1"/*/Contents/Home "$1"/*/libexec/openjdk.jdk/Contents/Home; do
    [ -d "$candidate" ] && consider_found "$candidate"
  done
}

carriage_return=$(printf '\r')

consider_named "${JAVA_HOME-}"
consider_named "${JAVA25_HOME-}"
consider_named "${JDK_HOME-}"
consider_path

if [ -n "${NARROWBERT_JDK_FOLDERS+set}" ]; then
  folders=$NARROWBERT_JDK_FOLDERS:
  while [ -n "$folders" ]; do
    folder=${folders%%:*}
    folders=${folders#*:}
    [ -z "$folder" ] || consider_folder "$folder"
  done
else
  home=${HOME-/nonexistent}
  for folder in /usr/lib/jvm /usr/lib64/jvm /usr/java /usr/local/java /usr/local/jvm /usr/local /opt /opt/java /opt/jdk \
    /opt/homebrew/opt /usr/local/opt /home/linuxbrew/.linuxbrew/opt /Library/Java/JavaVirtualMachines \
    "$home/Library/Java/JavaVirtualMachines" "${SDKMAN_DIR-$home/.sdkman}/candidates/java" "$home/.jdks" \
    "$home/.gradle/jdks" "$home/.local/share/mise/installs/java" "${ASDF_DATA_DIR-$home/.asdf}/installs/java" \
    "$home/.jabba/jdk" "$home/.jenv/versions" "/c/Program Files/Java" "/c/Program Files/Eclipse Adoptium" \
    "/c/Program Files/Microsoft" "/c/Program Files/Zulu" "/c/Program Files/Amazon Corretto" "/c/Program Files/BellSoft"; do
    [ -d "$folder" ] && consider_folder "$folder"
  done
fi

[ -z "$newer" ] || found "$newer"

printf '%s\n' "NarrowBERT needs JDK 25.0.3 or newer and found none$refused: install one (for example Eclipse Temurin 25, \
or 'sdk install java 25.0.3-tem') and, if it is in an unusual place, set JAVA_HOME to its folder." >&2
exit 1
