"""What a flow holds: the page of one worker, with steps, guards and the way back."""
