@echo off
rem Runs NarrowBERT on Windows; narrowbert.ps1 says how.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0narrowbert.ps1" %*
exit /b %ERRORLEVEL%
