"""What a run keeps to show: pictures, snapshots, and the pages made of them."""
