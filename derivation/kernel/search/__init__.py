"""What is worth a try: points and antiderivatives. Nothing here is trusted; the rest checks it."""
