"""The parts of a generated file: its header, public functions, names, and the runtime."""
