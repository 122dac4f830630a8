# Prints the home of a JDK that can build and run NarrowBERT, or one sentence on standard error and exit code 1.
# The Windows twin of find-jdk.sh: the same order, the same versions, only `release` files are read.
$ErrorActionPreference = 'Stop'

$script:refused = ''
$script:newer = $null

function Get-JdkKind([string] $jdk) {
  $release = Join-Path $jdk 'release'
  if (-not (Test-Path $release) -or -not (Test-Path (Join-Path $jdk 'bin\javac.exe'))) { return 'none' }
  $match = Select-String -Path $release -Pattern '^JAVA_VERSION="?(\d+)(?:\.(\d+))?(?:\.(\d+))?' | Select-Object -First 1
  if (-not $match) { return 'none' }
  $numbers = foreach ($index in 1..3) {
    $group = $match.Matches[0].Groups[$index]
    if ($group.Success) { [int] $group.Value } else { 0 }
  }
  if ($numbers[0] -gt 25) { return 'newer' }
  if ($numbers[0] -eq 25 -and ($numbers[1] -gt 0 -or $numbers[2] -ge 3)) { return '25' }
  $version = $numbers -join '.'
  if ($numbers[0] -eq 25) {
    $script:refused = " (JDK $version in $jdk is too old: 25.0.0 to 25.0.2 may move arrays that native code holds)"
  } elseif (-not $script:refused) {
    $script:refused = " (the JDK in $jdk is $version)"
  }
  return 'unfit'
}

function Write-Found([string] $jdk) {
  Write-Output $jdk
  exit 0
}

foreach ($named in $env:JAVA_HOME, $env:JAVA25_HOME, $env:JDK_HOME) {
  if ($named -and (Get-JdkKind $named) -in '25', 'newer') { Write-Found $named }
}

$found = @()
$javac = Get-Command javac.exe -ErrorAction SilentlyContinue
if ($javac) { $found += Split-Path (Split-Path $javac.Source) }
if ($null -ne $env:NARROWBERT_JDK_FOLDERS) {
  $folders = $env:NARROWBERT_JDK_FOLDERS -split ';'
} else {
  $folders = foreach ($base in $env:ProgramFiles, ${env:ProgramFiles(x86)}, "$env:LOCALAPPDATA\Programs") {
    if ($base) {
      foreach ($vendor in 'Java', 'Eclipse Adoptium', 'Microsoft', 'Zulu', 'Amazon Corretto', 'BellSoft', 'RedHat', 'Semeru') {
        Join-Path $base $vendor
      }
    }
  }
  $folders = @($folders) + "$env:USERPROFILE\.jdks", "$env:USERPROFILE\.gradle\jdks", "$env:USERPROFILE\scoop\apps",
    "$env:USERPROFILE\.sdkman\candidates\java"
}
foreach ($folder in $folders) {
  if ($folder -and (Test-Path $folder)) {
    foreach ($child in Get-ChildItem -Directory $folder) {
      $found += $child.FullName
      $found += Join-Path $child.FullName 'current'
    }
  }
}
foreach ($jdk in $found) {
  switch (Get-JdkKind $jdk) {
    '25' { Write-Found $jdk }
    'newer' { if (-not $script:newer) { $script:newer = $jdk } }
  }
}
if ($script:newer) { Write-Found $script:newer }

[Console]::Error.WriteLine("NarrowBERT needs JDK 25.0.3 or newer and found none$($script:refused): install one " +
  "(for example Eclipse Temurin 25, or 'winget install EclipseAdoptium.Temurin.25.JDK') and, if it is in an unusual " +
  'place, set JAVA_HOME to its folder.')
exit 1
