"""The sandbox Practice Portal itself: what the bot's other tests rely on."""
