"""What carries cases and events on real servers: the journal on MongoDB, events and calls on RabbitMQ."""

import warnings

# nameko stands on eventlet; that eventlet warns of itself at every start tells who types a command nothing.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
