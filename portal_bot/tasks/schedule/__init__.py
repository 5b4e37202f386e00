"""Runs at set times, by what the operating system has for that: systemd, cron, launchd or the Task Scheduler.

timing            when: read from the words of the command line
job               what is run: absolute paths, the config's folder, no shell where the system needs none
systemd, cron, launchd, task_scheduler      the job in each system's own words; pure
installers        puts them in place, takes them away, says what is there
readiness         whether a scheduled run would find a password, and would run at all
"""
