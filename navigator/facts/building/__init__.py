"""What every language's front end needs: slots, positions, flow of versions, definitions under construction."""
