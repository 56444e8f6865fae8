"""The shape of what each method answers: JSON Schema of its `result`, learned from real galleries (specs/shapes/).

`python -m piwigo_contract.commands.shapes --target URL` learns from a gallery what is not known yet.
"""

from piwigo_contract.methods.shapes.shape import Shape, shapes

__all__ = ["Shape", "shapes"]
