"""SMS: short texts by a gateway, in the form of 云MAS or by HTTP as described in settings; how many parts each costs is counted as carriers do.

counting     units and parts of a text
numbers      whose mobile number is what
gateways     the interface that a gateway fills, and which one is set
yunmas       the HTTP form of 云MAS
plain_http   any gateway that takes JSON
channel      handing over, told truthfully
reports      what became of it, as the gateway reports
standing_in  SMS only where another channel got no receipt in time
"""
