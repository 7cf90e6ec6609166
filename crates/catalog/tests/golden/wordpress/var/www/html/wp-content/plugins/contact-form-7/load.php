<?php
/** Version: 1 */
