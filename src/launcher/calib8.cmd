@echo off
rem Starts Calib8, from any folder, by a class-data archive and unpacked natives. JAVA_HOME says which Java.
setlocal
set "here=%~dp0"
set "lib=%here%launcher"
if exist "%lib%\" (
  for %%f in ("%here%calib8-*-all.jar") do set "jar=%%~ff"
) else (
  set "lib=%here%..\lib"
  set "jar=%here%..\lib\calib8.jar"
)
if not exist "%jar%" (
  echo calib8: Expected the self-contained file beside this launcher, found none: %jar% 1>&2
  exit /b 3
)
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
set "cache=%LOCALAPPDATA%\calib8\start"
if defined CALIB8_CACHE set "cache=%CALIB8_CACHE%\start"
for %%f in ("%jar%") do set "state=%%~zf %%~tf"
set "state=%state::=-%"
set "state=%state:/=-%"
set "classes=%cache%\%state: =-%.jsa"
if not exist "%classes%" if exist "%lib%\classes" (
  mkdir "%cache%" 2>nul
  "%java%" -Xshare:dump "-XX:SharedClassListFile=%lib%\classes" "-XX:SharedArchiveFile=%classes%.new" -cp "%jar%" >nul 2>nul
  if exist "%classes%.new" move /y "%classes%.new" "%classes%" >nul
)
set "shared=-Xshare:auto"
if exist "%classes%" set "shared=-XX:SharedArchiveFile=%classes%"
"%java%" -XX:+UseSerialGC "%shared%" -Xlog:disable -Xlog:all=error:stderr "-Donnxruntime.native.path=%lib%\natives" -jar "%jar%" %*
exit /b %ERRORLEVEL%
