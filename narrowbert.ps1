# Runs NarrowBERT on Windows: finds a JDK, builds the project where that is needed, and runs it, with the exit code.
# The twin of the script `narrowbert`, which explains each step; the same variables apply.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$target = Join-Path $root 'cli\target\launcher'
$built = Join-Path $target 'built.txt'

if ($args.Count -gt 0 -and $args[0] -cin '--version', '-V') {
  $match = Select-String -Path (Join-Path $root 'pom.xml') -Pattern '<version>(.*)</version>' | Select-Object -First 1
  Write-Output "narrowbert $($match.Matches[0].Groups[1].Value)"
  exit 0
}

$kind = 'compute'
if ($args.Count -eq 0 -or $args[0] -ceq 'help') { $kind = 'help' }
elseif ($args[0] -cin 'data', 'tokenizer') { $kind = 'light' }
foreach ($argument in $args) {
  if ($argument -ceq '--') { break }
  if ($argument -cin '--help', '-h', '--version', '-V') { $kind = 'help' }
}

$jdk = & (Join-Path $root '.mvn\find-jdk.ps1')
if (-not $jdk) { exit 1 }
$env:JAVA_HOME = $jdk

function Test-Stale {
  if (-not (Test-Path $built)) { return $true }
  $time = (Get-Item $built).LastWriteTimeUtc
  $sources = @(Get-Item (Join-Path $root 'pom.xml')) + @(Get-ChildItem -Recurse (Join-Path $root '.mvn'))
  $nested = Get-Item (Join-Path $root 'model\parquet'), (Join-Path $root 'model\parquet\library')
  foreach ($module in @(Get-ChildItem -Directory $root) + @($nested)) {
    $pom = Join-Path $module.FullName 'pom.xml'
    if (Test-Path $pom) { $sources += @(Get-Item $pom) + @(Get-ChildItem -Recurse (Join-Path $module.FullName 'src\main')) }
  }
  return [bool] ($sources | Where-Object { $_.LastWriteTimeUtc -gt $time } | Select-Object -First 1)
}

if ($env:NARROWBERT_NO_BUILD -ne '1' -and (Test-Stale)) {
  [Console]::Error.WriteLine('narrowbert: building the project (once after each change; the first time takes a minute)')
  Push-Location $root
  try {
    $log = & .\mvnw.cmd -q -B --no-transfer-progress '-Dnarrowbert.quick' '-Dbuild.folder=target/launcher' `
      '-Dmaven.test.skip=true' '-Denforcer.skip' package -pl cli -am
    if ($LASTEXITCODE -ne 0) {
      $log | Select-Object -First 12 | ForEach-Object { [Console]::Error.WriteLine($_) }
      [Console]::Error.WriteLine('narrowbert: the build failed; run mvnw verify for the whole story')
      exit 1
    }
  } finally {
    Pop-Location
  }
}
if (-not (Test-Path $built)) {
  [Console]::Error.WriteLine('narrowbert: nothing is built yet: run it once without NARROWBERT_NO_BUILD')
  exit 1
}

$env:TOKENIZERS_PARALLELISM = 'false'
$env:DJL_OFFLINE = 'true'
$env:OPT_OUT_TRACKING = 'true'

$flags = @('-XX:+UseSerialGC', '-XX:-UseCompactObjectHeaders', '-Xms64m', '-XX:-UsePerfData',
  '--enable-native-access=ALL-UNNAMED,org.narrowbert.ffm,ai.djl.tokenizers,com.sun.jna,org.jline.nativ',
  '--sun-misc-unsafe-memory-access=allow')
if ($kind -eq 'help') { $flags += '-XX:TieredStopAtLevel=1' }
if ($kind -eq 'compute') { $flags += '--add-modules', 'jdk.incubator.vector' }
if ($env:NARROWBERT_JAVA_OPTS) { $flags += $env:NARROWBERT_JAVA_OPTS.Trim() -split '\s+' }
$flags += "-Dnarrowbert.home=$root"
$flags += '--module-path', (Join-Path $target 'lib'), '--add-modules', 'ALL-MODULE-PATH', '--module',
  'org.narrowbert.cli/org.narrowbert.cli.Main'

# An argument as the C runtime of the started program reads it back.
function ConvertTo-Argument([string] $text) {
  if ($text -and $text -notmatch '[\s"]') { return $text }
  return '"' + (($text -replace '(\\*)"', '$1$1\"') -replace '(\\+)$', '$1$1') + '"'
}

$start = New-Object System.Diagnostics.ProcessStartInfo
$start.FileName = Join-Path $jdk 'bin\java.exe'
$start.Arguments = (@($flags) + $args | ForEach-Object { ConvertTo-Argument $_ }) -join ' '
$start.UseShellExecute = $false
$start.RedirectStandardError = $true
$process = [System.Diagnostics.Process]::Start($start)
while ($null -ne ($line = $process.StandardError.ReadLine())) {
  if ($line -cne 'WARNING: Using incubator modules: jdk.incubator.vector') { [Console]::Error.WriteLine($line) }
}
$process.WaitForExit()
exit $process.ExitCode
