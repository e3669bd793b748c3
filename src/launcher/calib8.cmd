@echo off
rem Starts Calib8, from any folder, by a class-data archive and unpacked natives. JAVA_HOME says which Java; JDK_JAVA_OPTIONS are
rem options of it. No blocks in parentheses: folders have parentheses in their names, too.
setlocal
set "here=%~dp0"
set "lib=%here%launcher"
if not exist "%lib%\" goto unpacked
for /f "usebackq delims=" %%n in ("%lib%\jar") do set "jar=%here%%%n"
goto file
:unpacked
for %%d in ("%here%..\lib") do set "lib=%%~fd"
set "jar=%lib%\calib8.jar"
:file
if exist "%jar%" goto java
echo calib8: Expected the self-contained file beside this launcher, found none: "%jar%" 1>&2
exit /b 3

:java
set "java="
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if not defined JAVA_HOME for %%f in (java.exe) do set "java=%%~$PATH:f"
if exist "%java%" goto archive
echo calib8: Expected Java 17 or later as java on the PATH or in JAVA_HOME, found none: "%java%" 1>&2
exit /b 3

rem An archive's name has the places of the file and of Java, and size and time of both.
:archive
set "shared=-Xshare:auto"
set "cache=%LOCALAPPDATA%\calib8\start"
if defined CALIB8_CACHE set "cache=%CALIB8_CACHE%\start"
for %%f in ("%jar%") do for %%j in ("%java%") do set "place=%%~ff %%~fj" & set "state=%%~zf %%~tf %%~zj %%~tj"
set "place=%place:\=-%"
set "place=%place::=-%"
set "place=%place: =-%"
set "state=%state:/=-%"
set "state=%state::=-%"
set "state=%state: =-%"
set "classes=%cache%\%place%_%state%.jsa"
if not "%classes:~240,1%"=="" goto run
if exist "%classes%" goto use
if not exist "%lib%\classes" goto run

rem It appears whole, and is empty where this Java makes none, which is not tried again.
mkdir "%cache%" 2>nul
forfiles /p "%cache%" /m *.new /d -1 /c "cmd /c del @path" >nul 2>nul
set "new=%cache%\%RANDOM%%RANDOM%.new"
2>nul (type nul >"%new%")
if not exist "%new%" goto run
setlocal
set "JAVA_TOOL_OPTIONS="
set "JDK_JAVA_OPTIONS="
set "_JAVA_OPTIONS="
"%java%" -Xshare:dump "-XX:SharedClassListFile=%lib%\classes" "-XX:SharedArchiveFile=%new%" -cp "%jar%" >nul 2>nul
if errorlevel 1 type nul >"%new%"
endlocal
del /f /q "%cache%\%place%_*.jsa" >nul 2>nul
move /y "%new%" "%classes%" >nul

:use
set "shared=-XX:SharedArchiveFile=%classes%"
:run
rem Options of the user may choose another collector.
set "collector=-XX:+UseSerialGC"
if defined JAVA_TOOL_OPTIONS set "collector="
if defined JDK_JAVA_OPTIONS set "collector="
if defined _JAVA_OPTIONS set "collector="
"%java%" %collector% "%shared%" -Xlog:disable -Xlog:all=error:stderr -Xlog:cds=off:stderr "-Donnxruntime.native.path=%lib%\natives" -jar "%jar%" %*
exit /b %ERRORLEVEL%
