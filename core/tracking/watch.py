"""What watching over parcels and orders needs: everybody who can be asked, and whoever puts alerts into words."""

from dataclasses import dataclass

from core.clock import MINUTE, Clock, Period
from core.fulfilment.tools import Tools
from core.storage.repositories import Repositories
from core.tracking.herald import Herald
from core.tracking.tools import Lookout


@dataclass(frozen=True, slots=True)
class Watch:
    """One for the whole program. Holidays in order and apart.

    `gather`: milliseconds between something found and its telling, in which more of the kind may come together.
    `few`: parcels with one trouble that are told one by one. `crowd`: parcels stuck in one outlet that are told as one.
    """

    lookout: Lookout
    tools: Tools
    herald: Herald
    holidays: tuple[Period, ...] = ()
    gather: int = 2 * MINUTE
    few: int = 3
    crowd: int = 5

    @property
    def kept(self) -> Repositories:
        """The repositories."""
        return self.lookout.kept

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.lookout.clock
